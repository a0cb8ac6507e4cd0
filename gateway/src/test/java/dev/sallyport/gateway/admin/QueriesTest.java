package dev.sallyport.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query holds that a path does not take is refused, and nothing is done. */
class QueriesTest extends AdminScene {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "providers",
        "deployments",
        "keys",
        "tools/none/approve",
        "tools/none/reject",
        "calls/none/approve",
        "calls/none/reject",
        "explain",
        "replay",
      })
  void changesNothingWhereAPathTakesNoDryRun(String path) {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("orgId", "acme")
            .put("teamId", "dev")
            .put("expiresAt", "2036-01-01T00:00:00Z");

    var reply = gateway.admin().post("/admin/" + path + "?dryRun=true", body);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body().path("code").asText()).isEqualTo("malformed_request");
    assertThat(reply.body().path("detail").asText())
        .isEqualTo("There is no parameter dryRun here. This path takes none.");
    assertThat(gateway.admin().get("/admin/virtualkeys").orFail().path("items")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tools?status=pending&sever=crm | sever | server, status",
        "calls?state=pending | state | status",
        "evidence?last=3&limit=9 | limit | call, last, turn",
        "servers/none/contracts/suggested?tools=x | tools | tool",
        "shadow?from=x | from | since",
        "suggest?for=x&form=y | form | for, since",
      })
  void namesWhatAPathTakes(String asked, String unknown, String taken) {
    var reply = gateway.admin().get("/admin/" + asked);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body().path("detail").asText())
        .isEqualTo("There is no parameter %s here. This path takes %s.".formatted(unknown, taken));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "calls?status=pending&status=approved",
        "calls?status=pending&status=pending",
        "calls?status=pending&%73tatus=approved",
        "tools?server&server=none",
        "tools?server=none&status=pending&server=none",
        "evidence?last=3&last"
      })
  void takesNoParameterTwice(String asked) {
    var reply = gateway.admin().get("/admin/" + asked);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body().path("code").asText()).isEqualTo("malformed_request");
    assertThat(reply.body().path("detail").asText())
        .startsWith("A parameter is given more than once.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"calls?status=pending", "evidence?last=3", "tools?status=pending"})
  void takesEachParameterOnce(String asked) {
    assertThat(gateway.admin().get("/admin/" + asked).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "servers", "resources", "agentpolicies", "evidence/key"})
  void takesNoQueryWhereThereIsNothingToAskFor(String path) {
    assertThat(gateway.admin().get("/admin/" + path + "?name=x").status()).isEqualTo(400);
    assertThat(gateway.admin().get("/admin/" + path).status()).isEqualTo(200);
  }

  @Test
  void knowsNoToolsOfAServerThatIsNotThere() {
    var reply = gateway.admin().get("/admin/tools?server=none");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body().path("code").asText()).isEqualTo("unknown_server");
  }
}
