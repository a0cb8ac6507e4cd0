package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.gateway.testing.TestingGateway;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Access tokens of issuers that say who acts on behalf of their subject: RFC 8693, 4.1. */
class ActingTokensTest extends DelegationScene {
  private static Stream<Arguments> taken() {
    return Stream.of(
        arguments("workload", act(AGENT), AGENT, "[]"),
        arguments("own subject", act("robot"), "oidc://apps/robot", "[]"),
        arguments(
            "own subject, by its issuer",
            Map.of("sub", "robot 7", "iss", APPS),
            "oidc://apps/robot%207",
            "[]"),
        arguments(
            "as many as may be",
            act(AGENT, "spiffe://prod/b", "c", "spiffe://prod/d"),
            AGENT,
            "[\"spiffe://prod/b\",\"oidc://apps/c\",\"spiffe://prod/d\"]"));
  }

  private static Stream<Arguments> refused() {
    return Stream.of(
        arguments("not an object", "spiffe://prod/agent/ci", "bad_actor"),
        arguments("empty", Map.of(), "bad_actor"),
        arguments("a number", Map.of("sub", 7), "bad_actor"),
        arguments("blank", act(" "), "bad_actor"),
        arguments("too long", act("a".repeat(256)), "bad_actor"),
        arguments("no workload", act("spiffe://prod"), "bad_actor"),
        arguments("a path that climbs", act("spiffe://prod/../a"), "bad_actor"),
        arguments("of another domain", act("spiffe://partner/agent"), "actor_not_allowed"),
        arguments("of another issuer", Map.of("sub", "robot", "iss", "https://other"), "bad_actor"),
        arguments("one too many", act("a", "b", "c", "d", "e"), "chain_too_long"),
        arguments("earlier, not an object", Map.of("sub", "a", "act", "b"), "bad_actor"),
        arguments(
            "earlier, of another domain", act(AGENT, "spiffe://partner/b"), "actor_not_allowed"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("taken")
  void isOfWhoeverActsOnBehalfOfItsSubject(
      String name, Object act, String principal, String chain) {
    var user = "user-" + name.replaceAll("[^a-z]", "");

    var answer = callTool(gateway, token(APPS, user, act));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var record = record("on_behalf_of", "oidc://apps/" + user);
    assertThat(record.path("principal").asText()).isEqualTo(principal);
    assertThat(record.path("method").asText()).isEqualTo("access-token");
    assertThat(record.path("user_authority").asText()).isEqualTo("apps");
    assertThat(record.path("chain").toString()).isEqualTo(chain);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void isNotTakenWhereItNamesNobodyWhoMay(String name, Object act, String reason) {
    assertRefused(token(APPS, "alice", act), reason);
  }

  @Test
  void isNotTakenOfAnIssuerOrAWorkloadThatMayNameNobody() {
    assertRefused(token(issuer.issuer(), "alice", act(AGENT)), "delegation_not_allowed");
    assertRefused(token(issuer.issuer(), "alice", "none"), "delegation_not_allowed");

    var claims = gateway.trustDomain().claims("/agent/ci", TestingGateway.AUDIENCE);
    claims.put("act", act(AGENT));
    assertRefused(
        gateway.trustDomain().svid(gateway.trustDomain().header(), claims),
        "delegation_not_allowed");
  }

  @Test
  void wantsKnownActorsInTheDocument() {
    for (var actors :
        List.of(
            "[others]", "[\"spiffe://\"]", "[\"spiffe://prod/agent\"]", "[\"spiffe://PROD\"]")) {
      var reply =
          gateway.tryApply(issuer("bad", "https://bad.example", "  actors: " + actors + "\n"));

      assertThat(reply.status()).isEqualTo(422);
      assertThat(reply.body().toString()).contains("actors may hold self and spiffe://DOMAIN");
    }
  }

  private void assertRefused(String token, String reason) {
    var answer = callTool(gateway, token);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).doesNotContain(reason);
    assertThat(record("event", "authentication.refused").at("/facts/reason").asText())
        .isEqualTo(reason);
  }

  private String token(String iss, String subject, Object act) {
    return user(subject, Map.of("iss", iss, "act", act));
  }

  /** The claim that names these, the latest first. */
  private static Map<String, Object> act(String... actors) {
    var act = new HashMap<String, Object>();
    for (int i = actors.length - 1; i >= 0; i--) {
      var earlier = act.isEmpty() ? Map.<String, Object>of() : Map.<String, Object>of("act", act);
      act = new HashMap<>(earlier);
      act.put("sub", actors[i]);
    }
    return act;
  }
}
