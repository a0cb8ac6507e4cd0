package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.SigningKey;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges that are refused, each with its answer and its record. */
class HostileExchangeTest extends DelegationScene {
  /**
   * One attempt.
   *
   * @param bearer by what the caller proves itself
   * @param form what it asks
   * @param error what it is told
   * @param reason what stands in evidence
   */
  record Attempt(
      String name, String bearer, Map<String, String> form, String error, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Stream<Attempt> actors() {
    var alice = user("alice");
    var exchanged = exchanged("alice");
    var other = gateway.svid("/agent/other");
    return Stream.of(
        client("a user as actor", user("bob"), form(alice), "actor_is_no_agent"),
        client("both swapped", alice, form(agent()), "actor_is_no_agent"),
        client("a delegated actor", exchanged, form(user("bob")), "actor_is_delegated"),
        invalid("another's actor token", withActor(alice, other), "actor_mismatch"),
        invalid("a user's actor token", withActor(alice, alice), "actor_mismatch"),
        invalid("a delegated actor token", withActor(alice, exchanged), "actor_mismatch"),
        invalid("a forged actor token", withActor(alice, forged(agent())), "actor_bad_signature"),
        invalid(
            "an actor token for another",
            withActor(alice, gateway.trustDomain().svid("/agent/ci", "https://other")),
            "actor_wrong_audience"),
        invalid("an agent as subject", form(other), "subject_is_no_user"),
        invalid("itself as subject", form(agent()), "subject_is_no_user"),
        new Attempt(
            "a subject that is the actor",
            app("robot", Map.of()),
            form(app("robot", Map.of())),
            "invalid_request",
            "subject_is_actor"));
  }

  /** ID-40 among them: tokens of other kinds. */
  private Stream<Attempt> subjects() {
    var mine = TestingGateway.AUDIENCE;
    var act = Map.of("act", Map.of("sub", AGENT));
    return Stream.of(
        subject("expired", user("a", Map.of("exp", 1)), "expired"),
        subject("for another", issuer.token("a", "https://other"), "wrong_audience"),
        subject("of an exchange", exchanged("a"), "is_delegated"),
        subject("that names an actor", app("a", act), "is_delegated"),
        subject("that may name no actor", user("a", act), "delegation_not_allowed"),
        subject("that is an ID token", typed("JWT"), "wrong_type"),
        subject("like an ID token", user("a", Map.of("nonce", "n")), "not_an_access_token"),
        subject("that is an ID-JAG", typed("oauth-id-jag+jwt"), "wrong_type"),
        subject("that refreshes", user("a", Map.of("typ", "Refresh")), "not_an_access_token"),
        subject("that is opaque", "rt_0123456789abcdef", "unknown_token_form"),
        subject(
            "of another's key",
            SigningKey.ec(issuer.key().kid()).sign(issuer.header(), claims()),
            "bad_signature"),
        subject("of nobody", user("a", Map.of("iss", "https://nobody.example")), "unknown_issuer"),
        subject(
            "bound to a certificate",
            user("a", Map.of("cnf", Map.of("x5t#S256", "A".repeat(43)))),
            "certificate_missing"),
        subject(
            "that names who may act",
            user("a", Map.of("may_act", Map.of("sub", "spiffe://prod/agent/other"))),
            "may_not_act"),
        subject("with a broken may_act", user("a", Map.of("may_act", "x")), "may_not_act"),
        subject("too long", "a".repeat(9_000) + "." + "b".repeat(9) + ".c", "unknown_token_form"),
        subject("with a line feed", issuer.token("a", mine) + "\n", "not_bearer"),
        subject("with a second token", issuer.token("a", mine) + " " + mine, "not_bearer"));
  }

  private Stream<Attempt> requests() {
    return Stream.of(
        request("no grant type", form -> form.remove("grant_type"), "no_grant_type"),
        request("no subject", form -> form.remove("subject_token"), "no_subject_token"),
        request("an empty subject", form -> form.put("subject_token", ""), "no_subject_token"),
        request("no type", form -> form.remove("subject_token_type"), "wrong_subject_token_type"),
        request("an ID token's type", ofType("id_token"), "wrong_subject_token_type"),
        request("a refresh token's type", ofType("refresh_token"), "wrong_subject_token_type"),
        request("a refresh token", wanting("refresh_token"), "wrong_requested_token_type"),
        request("an ID-JAG", wanting("id-jag"), "wrong_requested_token_type"),
        request("no actor's type", form -> form.put("actor_token", "x"), "wrong_actor_token_type"),
        request(
            "a type of no actor",
            form -> form.put("actor_token_type", JWT),
            "wrong_actor_token_type"),
        request("a secret beside", form -> form.put("client_secret", "s"), "two_authentications"),
        request(
            "an assertion beside",
            form -> form.put("client_assertion", "a"),
            "two_authentications"),
        error("another grant", grant("authorization_code"), "unsupported_grant_type"),
        error("a refresh", grant("refresh_token"), "unsupported_grant_type"),
        error("another target", put("resource", "https://other"), "invalid_target", "wrong_target"),
        error("another audience", put("audience", "other"), "invalid_target", "wrong_target"),
        error("a wider scope", put("scope", "crm:read admin"), "invalid_scope", "wider_scope"));
  }

  @ParameterizedTest
  @MethodSource({"actors", "subjects", "requests"})
  void isRefusedAndOnRecord(Attempt attempt) {
    var answer = exchange(attempt.bearer(), attempt.form());

    assertThat(answer.statusCode()).isEqualTo(400);
    var body = TestingGateway.read(answer.body());
    assertThat(fields(body)).containsExactly("error", "error_description");
    assertThat(body.path("error").asText()).isEqualTo(attempt.error());
    assertThat(answer.body()).doesNotContain("subject_is", "actor_is", "bad_signature");
    var facts = record("event", "token.refused").path("facts");
    assertThat(facts.path("reason").asText()).isEqualTo(attempt.reason());
    assertThat(facts.path("principal").asText()).isNotBlank();
    assertThat(fields(facts)).containsExactlyInAnyOrder("principal", "method", "peer", "reason");
  }

  @ParameterizedTest
  @CsvSource({
    "grant_type, invalid_request",
    "subject_token, invalid_request",
    "scope, invalid_request"
  })
  void takesNoParameterTwice(String name, String error) {
    var form = form(user("alice"));
    form.put("scope", "a");
    var twice = encoded(form) + "&" + encoded(Map.of(name, form.get(name)));

    var answer = post(gateway, agent(), twice);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestingGateway.read(answer.body()).path("error").asText()).isEqualTo(error);
    assertThat(record("event", "token.refused").at("/facts/reason").asText())
        .isEqualTo("repeated_parameter");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, application/x-www-form-urlencoded, 405",
    "PUT, application/x-www-form-urlencoded, 405",
    "POST, application/json, 415",
  })
  void takesFormsOnly(String method, String type, int status) {
    var answer = send(method, type, "Bearer " + agent(), encoded(form(user("alice"))));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(TestingGateway.read(answer.body()).path("error").asText())
        .isEqualTo("invalid_request");
  }

  /** One that is compressed could unpack to any size. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "identity, gzip", "x"})
  void takesNoFormThatIsCompressed(String encoding) {
    var answer = coded(encoding);

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.headers().firstValue("Accept-Encoding")).contains("identity");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    var body = TestingGateway.read(answer.body());
    assertThat(fields(body)).containsExactly("error", "error_description");
    assertThat(body.path("error").asText()).isEqualTo("invalid_request");
    assertThat(body.path("error_description").asText()).contains("must not be compressed");
    var facts = record("event", "request.refused").path("facts");
    assertThat(facts.path("code").asText()).isEqualTo("unsupported_media_type");
    assertThat(facts.path("principal").asText()).isEqualTo(AGENT);
  }

  @Test
  void takesAFormThatSaysItIsNotCompressed() {
    assertThat(coded("identity").statusCode()).isEqualTo(200);
  }

  @Test
  void takesNoMoreThanTwoTokensNeed() {
    var form = "application/x-www-form-urlencoded";

    assertThat(send("POST", form, "Bearer " + agent(), "a=" + "b".repeat(64 * 1024)).statusCode())
        .isEqualTo(413);
    assertThat(send("POST", form, "Bearer " + agent(), "a=b&".repeat(64)).statusCode())
        .isEqualTo(413);
    assertThat(send("POST", form, "Bearer " + agent(), "a=%zz").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"Bearer none", "Basic YWdlbnQ6c2VjcmV0", "Bearer spk_none"})
  void wantsTheCallersOwnProof(String authorization) {
    var answer =
        send("POST", "application/x-www-form-urlencoded", authorization, encoded(form(user("a"))));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(TestingGateway.read(answer.body()).path("error").asText())
        .isEqualTo("invalid_client");
  }

  private HttpResponse<String> send(String method, String type, String authorization, String body) {
    return gateway.send(
        request(authorization)
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  private HttpResponse<String> coded(String encoding) {
    return gateway.send(
        request("Bearer " + agent())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofString(encoded(form(user("alice")))))
            .build());
  }

  private HttpRequest.Builder request(String authorization) {
    return HttpRequest.newBuilder(gateway.data().resolve("/oauth2/token"))
        .header("Authorization", authorization);
  }

  private Attempt client(String name, String bearer, Map<String, String> form, String reason) {
    return new Attempt(name, bearer, form, "unauthorized_client", reason);
  }

  private Attempt invalid(String name, Map<String, String> form, String reason) {
    return new Attempt(name, agent(), form, "invalid_request", reason);
  }

  private Attempt subject(String name, String token, String reason) {
    return invalid(
        "a subject " + name,
        form(token),
        reason.equals("may_not_act") ? reason : "subject_" + reason);
  }

  private Attempt request(String name, Consumer<Map<String, String>> change, String reason) {
    var form = form(user("alice", Map.of("scope", "crm:read")));
    change.accept(form);
    return invalid(name, form, reason);
  }

  private Attempt error(String name, Consumer<Map<String, String>> change, String error) {
    return error(name, change, error, error);
  }

  private Attempt error(
      String name, Consumer<Map<String, String>> change, String error, String reason) {
    var invalid = request(name, change, reason);
    return new Attempt(name, invalid.bearer(), invalid.form(), error, reason);
  }

  private static Consumer<Map<String, String>> put(String name, String value) {
    return form -> form.put(name, value);
  }

  private static Consumer<Map<String, String>> grant(String type) {
    return put("grant_type", type);
  }

  private static Consumer<Map<String, String>> ofType(String type) {
    return put("subject_token_type", "urn:ietf:params:oauth:token-type:" + type);
  }

  private static Consumer<Map<String, String>> wanting(String type) {
    return put("requested_token_type", "urn:ietf:params:oauth:token-type:" + type);
  }

  private static Map<String, String> withActor(String subject, String actor) {
    var form = new LinkedHashMap<>(form(subject));
    form.put("actor_token", actor);
    form.put("actor_token_type", JWT);
    return form;
  }

  private String app(String name, Map<String, ?> others) {
    var all = new HashMap<String, Object>(Map.of("iss", APPS));
    all.putAll(others);
    return user(name, all);
  }

  private String typed(String type) {
    var header = issuer.header();
    header.put("typ", type);
    return issuer.key().sign(header, claims());
  }

  private Map<String, Object> claims() {
    return issuer.claims("a", TestingGateway.AUDIENCE);
  }

  /** With a signature of as many bytes that nobody made. */
  private static String forged(String token) {
    return token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(86);
  }
}
