package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.testing.DpopClient;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** R13: persons who decide held calls by tokens of their own, through the whole gateway. */
class NamedApproversTest extends ApproverScene {
  @Test
  void approveTheVeryCallOfAnotherOnceByTheirOwnName() {
    var id = waits(call(agent(), "once"));
    assertThat(json(get(own("alice"), "/admin/calls?status=pending")).findValuesAsText("id"))
        .contains(id);
    assertThat(json(get(own("alice"), "/admin/calls/" + id)).at("/arguments/text").asText())
        .isEqualTo("once");

    var approved = json(decide(own("alice"), id, "approve"));

    assertThat(approved.path("status").asText()).isEqualTo("approved");
    assertThat(approved.path("decidedBy").asText()).isEqualTo(ALICE);
    var deciding = record("principal", ALICE);
    assertThat(deciding.path("method").asText()).isEqualTo("access-token");
    assertThat(deciding.path("door").asText()).isEqualTo("admin");
    waits(call(agent(), "another"));
    assertThat(call(agent(), "once").at("/result/structuredContent/text").asText())
        .isEqualTo("once");
    assertThat(record("approval", id).path("approved_by").asText()).isEqualTo(ALICE);
    assertThat(waits(call(agent(), "once"))).isNotEqualTo(id);
    assertThat(decide(own("alice"), id, "approve").statusCode()).isEqualTo(409);
  }

  @Test
  void rejectCallsByTheirOwnName() {
    var id = waits(call(agent(), "rejected"));

    assertThat(json(decide(own("bob"), id, "reject")).path("decidedBy").asText())
        .isEqualTo("oidc://corp/bob");

    assertThat(call(agent(), "rejected").at("/result/structuredContent/code").asText())
        .isEqualTo("approval_rejected");
    assertThat(record("call_id", id).at("/facts/decided_by").asText()).isEqualTo("oidc://corp/bob");
  }

  @Test
  void areKnownByAnSvidOrWithTheProofOfAKeyToo() {
    var first = waits(call(agent(), "by an SVID"));
    assertThat(json(decide(svid(SVID), first, "approve")).path("decidedBy").asText())
        .isEqualTo("spiffe://prod/person/eve");

    var client = new DpopClient(InstantSource.system());
    var token = user("dora", Map.of("iss", BOUND, "aud", HERE, "cnf", client.confirmation()));
    var path = "/admin/calls/" + waits(call(agent(), "with a proof")) + "/approve";
    var uri = gateway.gateway().admin().resolve(path);
    var without = client.proof("POST", uri, token);
    var told = send(request(path, "DPoP " + token, "POST").header("DPoP", without));
    assertThat(told.statusCode()).isEqualTo(401);
    assertThat(json(told).path("code").asText()).isEqualTo("use_dpop_nonce");
    var claims = client.claims("POST", uri, token);
    claims.put("nonce", told.headers().firstValue("DPoP-Nonce").orElseThrow());
    var proof = client.key().sign(client.header(), claims);
    var approved = send(request(path, "DPoP " + token, "POST").header("DPoP", proof));
    assertThat(json(approved).path("decidedBy").asText()).isEqualTo("oidc://bound/dora");

    assertStranger(send(request(path, "DPoP " + token, "POST").header("DPoP", proof)));
    assertStranger(send(request(path, "Bearer " + token, "POST")));
  }

  private static Stream<Arguments> ownCalls() {
    return Stream.of(
        own("made by themselves", scene -> scene.user("alice"), scene -> scene.own("alice")),
        own("made on their behalf", scene -> scene.exchanged("alice"), scene -> scene.own("alice")),
        own("made as an agent", DelegationScene::agent, scene -> scene.svid("/agent/ci")));
  }

  private static Arguments own(
      String name,
      Function<NamedApproversTest, String> caller,
      Function<NamedApproversTest, String> own) {
    return arguments(name, caller, own);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ownCalls")
  void approveNoCallOfTheirOwn(
      String name,
      Function<NamedApproversTest, String> caller,
      Function<NamedApproversTest, String> own) {
    var id = waits(call(caller.apply(this), name));

    var answer = decide(own.apply(this), id, "approve");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(json(answer).path("code").asText()).isEqualTo("forbidden");
    assertThat(json(answer).path("detail").asText()).contains("call of their own", "Ask somebody");
    var outcome = record("call_id", json(answer).path("callId").asText());
    assertThat(outcome.toString()).contains("\"code\":\"forbidden\"");
    assertThat(json(get(own("bob"), "/admin/calls/" + id)).path("status").asText())
        .isEqualTo("pending");
    assertThat(decide(own("bob"), id, "approve").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /admin/status",
    "GET, /metrics",
    "GET, /admin/evidence",
    "GET, /admin/resources",
    "GET, /admin/agentpolicies/ci",
    "GET, /admin/calls/x/view",
    "GET, /admin/tools",
    "POST, /admin/tools/far/approve",
    "POST, /admin/apply",
    "POST, /admin/keys",
    "POST, /admin/explain",
    "PUT, /admin/agentpolicies/ci",
    "PUT, /admin/calls/x",
    "DELETE, /admin/agentpolicies/ci",
    "DELETE, /admin/calls/x",
    "POST, /admin/calls",
    "GET, /admin/nowhere/at/all",
    "GET, /nowhere"
  })
  void mayDoNothingElse(String method, String path) {
    var answer = send(request(path, "Bearer " + own("bob"), method));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(json(answer).path("code").asText()).isEqualTo("forbidden");
    assertThat(json(answer).path("detail").asText()).contains("/admin/calls", "the admin token");
    var record = record("listener", "admin");
    assertThat(record.path("code").asText()).isEqualTo("forbidden");
    assertThat(record.path("principal").asText()).isEqualTo("oidc://corp/bob");
  }

  @Test
  void keepTheAdminTokenFromApproving() {
    var id = waits(call(agent(), "by the admin token"));
    var path = "/admin/calls/" + id;
    var admin = gateway.admin();

    var refused = admin.post(path + "/approve", JsonNodeFactory.instance.objectNode());

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body().path("code").asText()).isEqualTo("forbidden");
    assertThat(refused.body().path("detail").asText()).contains("admin.approvers");
    assertThat(record("call_id", refused.body().path("callId").asText()).toString())
        .contains("\"code\":\"forbidden\"");
    assertThat(admin.get(path).orFail().path("status").asText()).isEqualTo("pending");
    assertThat(admin.get("/admin/calls").orFail().findValuesAsText("id")).contains(id);
    assertThat(
            admin.post(path + "/reject", JsonNodeFactory.instance.objectNode()).orFail().toString())
        .contains("\"status\":\"rejected\"", "\"decidedBy\":\"sallyport:admin\"");
  }

  @Test
  void haveTokensThatAreOfNoUseToAgents() {
    for (var token : List.of(own("alice"), svid(SVID))) {
      for (var path : List.of("/v1/models", "/mcp", "/admin/calls")) {
        assertThat(gateway.get(path, token).statusCode()).isEqualTo(401);
      }
    }
    assertThat(exchange(agent(), form(own("alice"))).statusCode()).isEqualTo(400);
  }
}
