package dev.sallyport.mcp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.grant.GrantResources;
import dev.sallyport.identity.grant.ToolSchemas;
import dev.sallyport.identity.grant.TurnFacts;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What policies say of arguments holds for what comes in by HTTP, and what goes on is just that.
 */
class ArgumentPolicyTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String POLICY =
      """
      {"identity": {"workload": "spiffe://prod/agent/alice"},
       "tools": [{"resource": "accounts", "actions": ["read"], "when": "params.limit <= 100"},
                 {"resource": "accounts", "deny": ["read"], "when": "params.limit == 13"},
                 {"resource": "accounts", "actions": ["count"], "limits": {"max_calls": 1}},
                 {"resource": "accounts", "actions": ["close"]}]}
      """;
  private static final String BINDING =
      """
      {"server": "crm", "tools": {
        "query": {"resource": "accounts", "action": "read", "parameters": {"limit": "/limit"}},
        "alias": {"resource": "accounts", "action": "drop"},
        "count": {"resource": "accounts", "action": "count"},
        "closed": {"resource": "accounts", "action": "close"}}}
      """;

  private final TestingMcpServer crm =
      TestingMcpServer.speaking(Era.SESSIONS)
          .withEcho("query")
          .withEcho("alias")
          .withEcho("count")
          .withEcho("hidden")
          .with(closed(), arguments -> arguments);
  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, new TestingClock());
  private final TestingBroker broker = new TestingBroker(authority);

  ArgumentPolicyTest() throws Exception {
    inForce(resource("AgentPolicy", "one", POLICY), resource("ToolBinding", "one", BINDING));
    broker.register("crm", crm, "trusted");
  }

  /** A tool that takes a limit and nothing beside it. */
  private static ObjectNode closed() {
    var definition = TestingMcpServer.definition("closed");
    var schema = definition.withObjectProperty("inputSchema").put("additionalProperties", false);
    schema.putObject("properties").putObject("limit").put("type", "integer");
    return definition;
  }

  private static Resource resource(String kind, String name, String spec) throws Exception {
    return new Resource(
        Resource.API_VERSION, kind, name, Map.of(), (ObjectNode) JSON.readTree(spec));
  }

  private void inForce(Resource... documents) throws Exception {
    new GrantResources(authority, ToolSchemas.NONE, Runnable::run, () -> {})
        .prepare(new ResourceSet(List.of(documents)))
        .activate();
  }

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @DisplayName("AZ-05, AZ-06, AZ-07, AZ-09, AZ-18: by HTTP, with answer and evidence")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "query | {\"limit\":100} | allowed",
        "query | {\"limit\":50.0} | allowed",
        "query | {\"limit\":-1} | allowed",
        "query | {\"limit\":-0} | allowed",
        "query | {\"limit\":-0.0} | allowed",
        "query | {\"limit\":3000000000} | condition_not_met",
        "query | {\"limit\":100.5} | condition_not_met",
        "query | {\"limit\":13.0} | denied_by_rule",
        "query | {\"limit\":1,\"more\":[2]} | allowed",
        "query | {\"limit\":101} | condition_not_met",
        "query | {\"limit\":13} | denied_by_rule",
        "query | {\"limit\":\"50\"} | condition_failed.overload_not_found",
        "query | {\"limit\":null} | condition_failed.overload_not_found",
        "query | {} | condition_failed.attribute_not_found",
        "query | {\"LIMIT\":1} | condition_failed.attribute_not_found",
        "query | {\"limit\":1E+400} | condition_failed.number_out_of_range",
        "query | {\"limit\":1,\"extra\":1E+400} | condition_failed.number_out_of_range",
        "query | {\"limit\":100.00000000000000001} | condition_failed.number_out_of_range",
        "query | {\"limit\":9223372036854775808} | condition_failed.number_out_of_range",
        "query | {\"limit\":\"{{text#1.abcdefghij}}\"} | condition_failed.held_argument",
        "alias | {\"limit\":1} | action_not_granted",
        "hidden | {\"limit\":1} | no_rule",
      })
  void decidesOnWhatGoesOn(String tool, String arguments, String expected) {
    var answer = post("alice", "crm__" + tool, arguments);

    if (expected.equals("allowed")) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().has("result")).isTrue();
      var begun = broker.evidence.records(Begun.class).getLast();
      assertThat(new String(begun.action().payload(), UTF_8))
          .isEqualTo(arguments.replace("-0", "0")); // there is one zero, for all who look at it
      assertThat(begun.decision().by().rule()).isEqualTo("/spec/tools/0/actions/0");
      assertThat(begun.decision().grounds().circumstances()).isPresent();
      assertThat(crm.seen("tools/call").getLast().body().at("/params/arguments").toString())
          .isEqualTo(begun.action().arguments().toString());
      return;
    }
    assertThat(answer.status()).isEqualTo(200); // the refusal is JSON-RPC's
    assertThat(crm.seen("tools/call")).isEmpty();
    var refused = broker.evidence.records(Refused.class).getLast();
    assertThat(refused.decision().reason()).isEqualTo(expected);
    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("unknown_tool");
    var unknown = post("alice", "crm__none", arguments);
    assertThat(error(answer)).isEqualTo(error(unknown)).doesNotContain("condition", "limit");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("AZ-06: what the tool's schema leaves no room for does not go on, and is on record")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"limit\":1,\"extra\":\"kept\"}",
        "{\"limit\":1,\"\":0}",
        "{\"LIMIT\":1}",
        "{\"limit\":\"1\"}",
      })
  void refusesWhatTheSchemaHasNoRoomFor(String arguments) {
    assertThat(post("alice", "crm__closed", "{\"limit\":1}").json().has("result")).isTrue();
    int begun = broker.evidence.records(Begun.class).size();

    var answer = post("alice", "crm__closed", arguments);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().toString()).contains("invalid_arguments").doesNotContain("kept");
    assertThat(broker.evidence.records().getLast())
        .isInstanceOfSatisfying(
            Ended.class,
            ended ->
                assertThat(ended.outcome())
                    .isEqualTo(new Outcome.Refused(RefusalCode.INVALID_ARGUMENTS)));
    assertThat(broker.evidence.records(Begun.class)).hasSize(begun + 1);
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  @Test
  @DisplayName("AZ-17: on behalf of a user of whom no policy speaks nothing goes on")
  void grantsNothingForAUserWithoutAPolicy() {
    assertThat(post("alice", "crm__query", "{\"limit\":1}").json().has("result")).isTrue();

    var answer = post("alice-for-ann", "crm__query", "{\"limit\":1}");

    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("unknown_tool");
    assertThat(broker.evidence.records(Refused.class).getLast().decision().reason())
        .isEqualTo("no_user_policy");
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  @Test
  @DisplayName("AZ-20: among 10,000 policies a call is answered and recorded by its own")
  void decidesByItsOwnAmongManyPolicies() throws Exception {
    var all = new Resource[10_002];
    for (int i = 0; i < 10_000; i++) {
      var spec = POLICY.replace("alice", "a" + i).replace("<= 100", "<= " + (101 + i % 7));
      all[i] = resource("AgentPolicy", "p" + i, spec);
    }
    all[10_000] = resource("AgentPolicy", "one", POLICY);
    all[10_001] = resource("ToolBinding", "one", BINDING);
    inForce(all);

    decidesOnWhatGoesOn("query", "{\"limit\":101}", "condition_not_met");
    decidesOnWhatGoesOn("query", "{\"limit\":100}", "allowed");
    assertThat(broker.evidence.records(Begun.class).getLast().decision().by().policy())
        .isEqualTo("one");
  }

  @Test
  void refusesWhatIsPastALimit() {
    assertThat(post("alice", "crm__count", "{}").json().has("result")).isTrue();

    var answer = post("alice", "crm__count", "{}");

    assertThat(answer.json().at("/result/structuredContent/code").asText())
        .isEqualTo("rate_limited");
    assertThat(broker.evidence.records(Refused.class).getLast().decision())
        .satisfies(denied -> {
          assertThat(denied.reason()).isEqualTo("max_calls_reached");
          assertThat(denied.by())
              .hasValueSatisfying(by -> assertThat(by.rule()).isEqualTo("/spec/tools/2/limits"));
        });
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  /** What a caller is told, but for the name of its attempt. */
  private static String error(Answer answer) {
    var error = (ObjectNode) answer.json().get("error").deepCopy();
    ((ObjectNode) error.get("data")).remove("callId");
    return error.toString();
  }

  private Answer post(String token, String tool, String arguments) {
    return broker
        .client(token)
        .post(
            ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\","
                    + "\"arguments\":%s,\"_meta\":{"
                    + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}")
                .formatted(tool, arguments),
            Map.of(
                "MCP-Protocol-Version", "2026-07-28",
                "Mcp-Method", "tools/call",
                "Mcp-Name", tool));
  }
}
