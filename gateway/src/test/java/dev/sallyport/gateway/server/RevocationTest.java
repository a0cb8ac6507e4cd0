package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.mcp.testing.McpStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** R10, ID-25, ID-26, ID-31: whoever is not let in any more keeps nothing that was begun before. */
@Timeout(120)
class RevocationTest extends RevocationScene {
  private static final String MCP_TOOLS =
      ",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"sallyport\"}]";

  /** What takes away what, and from whom. */
  record Way(Token token, Change change, String reason, int status) {
    @FunctionalInterface
    interface Token {
      String of(RevocationScene scene);
    }

    @FunctionalInterface
    interface Change {
      void on(RevocationScene scene);
    }
  }

  static Stream<Arguments> ways() {
    return Stream.of(
        way("its principal", SVID, revoke(AGENT), "revoked", 401),
        way("its user", ACCESS_TOKEN, revoke("oidc://corp/agent-7"), "revoked", 401),
        way("its key, disabled", KEY, scene -> key(scene, true), "revoked", 401),
        way("its key", KEY, delete("VirtualKey/ci"), "revoked", 401),
        way("its trust domain", SVID, delete("TrustDomain/prod"), "revoked", 401),
        way("its issuer", ACCESS_TOKEN, delete("Issuer/corp"), "revoked", 401),
        way("what signed its token", SVID, RevocationTest::rotate, "revoked", 401),
        way("its policy", SVID, delete("AgentPolicy/ci"), "policy_revoked", 404));
  }

  private static final Way.Token SVID = scene -> scene.gateway.svid("/agent/ci");
  private static final Way.Token KEY = scene -> key(scene, false);
  private static final Way.Token ACCESS_TOKEN =
      scene -> {
        scene.grant("agent-7", "oidc://corp/agent-7");
        return scene.issuer.token("agent-7", TestingGateway.AUDIENCE);
      };

  private static Arguments way(
      String what, Way.Token token, Way.Change change, String reason, int status) {
    return Arguments.argumentSet(what, new Way(token, change, reason, status));
  }

  private static Way.Change revoke(String principal) {
    return scene ->
        scene.gateway.apply(
            """
            apiVersion: sallyport.dev/v1
            kind: Revocation
            metadata: {name: gone}
            spec: {principal: '%s', reason: lost}
            """
                .formatted(principal));
  }

  private static Way.Change delete(String resource) {
    return scene -> scene.gateway.admin().delete("/admin/" + resource).orFail();
  }

  private static String key(RevocationScene scene, boolean disabled) {
    return scene
        .gateway
        .apply(
            """
            apiVersion: sallyport.dev/v1
            kind: VirtualKey
            metadata: {name: ci}
            spec: {workload: '%s', disabled: %s}
            """
                .formatted(AGENT, disabled))
        .at("/shownOnce/VirtualKey~1ci/key")
        .asText();
  }

  private static void rotate(RevocationScene scene) {
    var domain = scene.gateway.trustDomain();
    domain.add(SigningKey.ec("key-2"));
    domain.remove(TestingTrustDomain.FIRST_KEY);
    scene.gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: TrustDomain
        metadata: {name: prod}
        spec: {trustDomain: prod, bundle: %s}
        """
            .formatted(domain.bundle()));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void cutsEveryStream(Way way) throws Exception {
    var token = way.token().of(this);
    var streams =
        List.of(
            slowCall(token, false),
            slowCall(token, true),
            said(token, "/v1/chat/completions", chat("gpt", "")),
            said(token, "/v1/messages", chat("gpt", ",\"max_tokens\":2000")),
            said(token, "/v1/responses", responses("gpt", "")),
            said(token, "/v1/responses", responses("gpt", MCP_TOOLS)));

    long before = System.nanoTime();
    way.change().on(this);
    var endings = endings(streams);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    var code = way.status() == 401 ? "unauthenticated" : "forbidden";
    assertThat(endings.get(0)).contains("\"code\":\"" + code + "\"");
    assertThat(endings.get(1)).contains("\"code\":\"" + code + "\"");
    var type = way.status() == 401 ? "authentication_error" : "permission_error";
    assertThat(endings.get(2)).contains("data: {\"error\":").contains(type);
    assertThat(endings.get(3)).contains("event: error\n").contains(type);
    assertThat(endings.get(4)).contains("event: response.failed\n");
    assertThat(endings.get(5)).contains("event: response.failed\n").contains(code);
    assertThat(endings).noneMatch(ending -> ending.contains("revoked"));
    await(() -> outcomes(way.reason()) == streams.size());
    assertThat(said401(token)).isEqualTo(way.status());
  }

  private int said401(String token) {
    return gateway.post("/v1/chat/completions", token, chat("gpt", "")).statusCode();
  }

  private long outcomes(String reason) {
    return records("outcome").stream()
        .filter(record -> record.path("outcome").asText().equals("aborted"))
        .filter(record -> record.toString().contains("\"" + reason + "\""))
        .count();
  }

  static Stream<Arguments> waysIn() {
    return ways().filter(way -> Objects.requireNonNull((Way) way.get()[0]).status() == 401);
  }

  @ParameterizedTest
  @MethodSource("waysIn")
  void cutsThoseWhoListenAndSaysSoInEvidence(Way way) throws Exception {
    var token = way.token().of(this);
    var streams = List.of(listening(token, false), listening(token, true));

    long before = System.nanoTime();
    way.change().on(this);
    var endings = endings(streams);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    assertThat(endings.get(0)).contains("\"error\":{").contains("\"code\":\"unauthenticated\"");
    assertThat(endings.get(1)).doesNotContain("data: {");
    await(() -> records("request.cut").size() == 2);
    assertThat(records("request.cut"))
        .allSatisfy(record -> {
          assertThat(record.toString()).contains("\"reason\":\"revoked\"", "\"door\":\"mcp\"");
          assertThat(record.toString()).containsAnyOf(AGENT, "oidc://corp/agent-7");
        });
  }

  @Test
  void leavesAllOthersAlone() throws Exception {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: other}
        spec:
          identity: {workload: 'spiffe://prod/agent/other'}
          models: {allow: [gpt]}
          tools: [{resource: far, actions: ['*']}]
        """);
    try (var call = slowCall(gateway.svid("/agent/other"), false);
        var words = said(gateway.svid("/agent/other"), "/v1/chat/completions", chat("gpt", ""))) {
      var gone = slowCall(gateway.svid("/agent/ci"), false);
      revoke(AGENT).on(this);
      var _ = endings(List.of(gone));

      assertThat(words.next().has("choices")).isTrue();
      await(() -> outcomes("revoked") == 1);
      assertThat(call.line()).isPresent();
    }
  }

  /** The proof itself comes to its end. */
  @Test
  void cutsAtTheEndOfTheProof() throws Exception {
    var claims = gateway.trustDomain().claims("/agent/ci", TestingGateway.AUDIENCE);
    claims.put("exp", clock.instant().plusSeconds(60).getEpochSecond());
    var token = gateway.trustDomain().svid(gateway.trustDomain().header(), claims);
    List<McpStream> streams =
        List.of(
            slowCall(token, false),
            listening(token, true),
            said(token, "/v1/chat/completions", chat("gpt", "")));

    clock.advance(Duration.ofSeconds(59));
    assertThat(streams.getLast().next().has("choices")).isTrue();
    long before = System.nanoTime();
    clock.advance(Duration.ofSeconds(1));
    var endings = endings(streams);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    assertThat(endings.get(0)).contains("unauthenticated");
    assertThat(endings.get(2)).contains("authentication_error");
    await(() -> outcomes("expired") == 2);
    await(() -> records("request.cut").size() == 3);
  }

  @Test
  void letsARevokedPrincipalInAgainOnceThatIsUndone() {
    var token = gateway.svid("/agent/ci");
    revoke(AGENT).on(this);
    var refused = gateway.post("/mcp", token, "{}");
    var unknown = gateway.post("/mcp", token + "x", "{}");
    gateway.admin().delete("/admin/revocations/gone").orFail();

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).isEqualTo(unknown.body());
    assertThat(refused.headers().firstValue("WWW-Authenticate"))
        .isEqualTo(unknown.headers().firstValue("WWW-Authenticate"));
    assertThat(records("authentication.refused").getFirst().toString())
        .contains("\"reason\":\"revoked\"", AGENT);
    assertThat(gateway.post("/mcp", token, "{}").statusCode()).isEqualTo(400);
  }

  private static String chat(String alias, String more) {
    return "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}"
        .formatted(alias, more);
  }

  private static String responses(String alias, String more) {
    return "{\"model\":\"%s\",\"stream\":true,\"input\":\"Hi\"%s}".formatted(alias, more);
  }
}
