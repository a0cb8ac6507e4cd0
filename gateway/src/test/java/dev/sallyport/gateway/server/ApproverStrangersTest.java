package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.TestingIssuer;
import io.helidon.http.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** R13: who is not let in to decide held calls, whatever is shown. */
class ApproverStrangersTest extends ApproverScene {
  private static Stream<Arguments> strangers() {
    return Stream.of(
        stranger("nobody whom it names", scene -> scene.own("carol"), "not_an_approver"),
        stranger("a workload", scene -> scene.svid("/agent/other"), "not_an_approver"),
        stranger("for agents", scene -> scene.user("alice"), "wrong_resource"),
        stranger(
            "for agents, too",
            scene -> scene.user("alice", Map.of("aud", List.of(TestingGateway.AUDIENCE, HERE))),
            "wrong_resource"),
        stranger(
            "for an endpoint, too",
            scene ->
                scene.user("alice", Map.of("aud", List.of(HERE.replace("admin", "mcp"), HERE))),
            "wrong_resource"),
        stranger(
            "for another gateway",
            scene -> scene.user("alice", Map.of("aud", "https://other.test/admin")),
            "wrong_audience"),
        stranger("exchanged by an agent", scene -> scene.exchanged("alice"), "wrong_resource"),
        stranger(
            "of one who acts for an approver",
            scene ->
                scene.user("alice", Map.of("iss", APPS, "aud", HERE, "act", Map.of("sub", AGENT))),
            "not_an_approver"),
        stranger(
            "expired",
            scene ->
                scene.user(
                    "alice",
                    Map.of("aud", HERE, "exp", Instant.now().minusSeconds(600).getEpochSecond())),
            "expired"),
        stranger("a key", ApproverStrangersTest::key, "wrong_resource"),
        stranger("no token of any kind", _ -> "nothing", "unknown_token_form"));
  }

  private static Arguments stranger(
      String name, Function<ApproverStrangersTest, String> token, String reason) {
    return arguments(name, token, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strangers")
  void areNotWhoeverElseHasAToken(
      String name, Function<ApproverStrangersTest, String> token, String reason) {
    var id = waits(call(agent(), "stranger"));

    var answer = decide(token.apply(this), id, "approve");

    assertThat(record("door", "admin").path("reason").asText()).isEqualTo(reason);
    assertThat(metrics()).contains("{method_or_reason=\"" + reason + "\",result=\"refused\"}");
    assertStranger(answer);
    assertThat(answer.body()).isEqualTo(decide("x".repeat(43), id, "approve").body());
    assertThat(json(get(own("bob"), "/admin/calls/" + id)).path("status").asText())
        .isEqualTo("pending");
  }

  @Test
  void areStrangersOnceTheyAreRevoked() {
    assertThat(get(own("gone"), "/admin/calls").statusCode()).isEqualTo(200);

    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: Revocation
        metadata: {name: gone}
        spec: {principal: 'oidc://corp/gone', reason: left}
        """);

    assertStranger(get(own("gone"), "/admin/calls"));
    assertThat(record("door", "admin").path("reason").asText()).isEqualTo("revoked");
  }

  @Test
  void areToldToTryAgainWhereTheKeysOfTheirIssuerCannotBeHad() {
    try (var silent = new TestingIssuer()) {
      silent.answer(Status.SERVICE_UNAVAILABLE_503);
      var iss = "https://silent.example";
      gateway.apply(
          issuer("silent", iss, "")
              .replace(issuer.jwksUri().toString(), silent.jwksUri().toString()));

      var answer = get(user("ada", Map.of("iss", iss, "aud", HERE)), "/admin/calls");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(json(answer).path("code").asText()).isEqualTo("unavailable");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(record("door", "admin").path("reason").asText()).isEqualTo("unavailable");
    }
  }

  private String key() {
    return gateway
        .apply(
            """
            apiVersion: sallyport.dev/v1
            kind: VirtualKey
            metadata: {name: eve}
            spec: {workload: 'spiffe://prod/person/eve'}
            """)
        .at("/shownOnce/VirtualKey~1eve/key")
        .asText();
  }

  private String metrics() {
    return send(request("/metrics", "Bearer " + gateway.adminToken(), "GET")).body();
  }
}
