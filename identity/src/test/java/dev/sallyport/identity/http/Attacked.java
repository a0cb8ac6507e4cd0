package dev.sallyport.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.RecordingEvidence.Event;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDoor;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A door that is attacked, and what must be seen of each attack: answer, evidence and metric. */
final class Attacked implements AutoCloseable {
  private static final String DOES_NOT_HOLD =
      "The token or certificate does not hold here. Get a new one that is meant for this gateway;"
          + " whoever runs it finds in its evidence why this one does not.";
  private static final String SEND_ONE =
      "Send one bearer token: a JWT-SVID, an access token of a known issuer or a key.";

  /** The reasons for which no token was looked at. */
  private static final Set<String> FORM = Set.of("not_bearer", "two_tokens", "token_in_query");

  final TestingClock clock = new TestingClock();
  final TestingDoor door;

  /** A door that keeps no bundles. */
  Attacked() {
    door = new TestingDoor(clock);
  }

  /** A door that keeps bundles in a directory. */
  Attacked(Path kept) {
    door = new TestingDoor(clock, kept);
  }

  /** Sends a bearer token, which must be refused for this reason. */
  void refuses(String token, String reason) throws Exception {
    refuses(reason, "/mcp", "Authorization", "Bearer " + token);
  }

  /**
   * Sends a request, which must be refused: the answer, word for word the same for every reason
   * that a token has, one record and one count.
   */
  void refuses(String reason, String path, String... headers) throws Exception {
    var answer = sent(path, headers, List.of("refused " + reason));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo(body(FORM.contains(reason) ? SEND_ONE : DOES_NOT_HOLD));
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    var challenges = answer.headers().allValues("WWW-Authenticate");
    assertThat(challenges.stream().filter(each -> each.endsWith(", error=\"invalid_token\"")))
        .hasSize(1);
    assertThat(challenges)
        .allSatisfy(each ->
            assertThat(each)
                .contains(
                    " resource_metadata=\""
                        + door.uri("/.well-known/oauth-protected-resource/mcp")
                        + "\""));
    recorded(reason);
  }

  private static String body(String advice) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"%1$s\",\"data\":{"
                + "\"code\":\"unauthenticated\",\"advice\":\"%1$s\"}}}")
        .formatted(advice);
  }

  /** Sends a request, of which it cannot be said now whether it holds. */
  void cannotTell(String reason, String path, String... headers) throws Exception {
    var answer = sent(path, headers, List.of("refused " + reason));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
    assertThat(answer.body()).contains("\"code\":\"unavailable\"");
    recorded(reason);
  }

  /** Sends a bearer token, which must hold. */
  void takes(String token, String principal, String method) throws Exception {
    takes(principal, method, "/mcp", "Authorization", "Bearer " + token);
  }

  /** Sends a request, which must be taken. */
  void takes(String principal, String method, String path, String... headers) throws Exception {
    var answer = sent(path, headers, List.of("ok " + method));

    assertThat(answer.body()).isEqualTo(principal);
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  /** Sends a request in a minute of its own, in which nothing else is counted. */
  private HttpResponse<String> sent(String path, String[] headers, List<String> metrics)
      throws Exception {
    int before = door.metrics().size();
    var answer = door.get(path, headers);
    door.awaitIdle(); // what is under way would be cut when what it came in with is taken back

    assertThat(door.metrics().subList(before, door.metrics().size())).isEqualTo(metrics);
    return answer;
  }

  /** The last record, which says why and holds nothing of what was sent; then a minute passes. */
  private void recorded(String reason) {
    assertThat(door.evidence().records().getLast())
        .isInstanceOfSatisfying(
            Event.class,
            event -> {
              assertThat(event.type()).isEqualTo(RefusedAuthentications.EVENT);
              assertThat(event.facts().path("authority").asText("Issuer/corp"))
                  .matches("(?:Issuer|TrustDomain)/[a-z0-9-]{1,20}");
              assertThat(event.facts().deepCopy().without("authority").toString())
                  .isEqualTo(
                      "{\"reason\":\"%s\",\"door\":\"mcp\",\"peer\":\"127.0.0.1\"}"
                          .formatted(reason));
            });
    clock.advance(Duration.ofMinutes(1));
  }

  @Override
  public void close() {
    door.close();
  }
}
