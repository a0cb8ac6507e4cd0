package dev.sallyport.mcp;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static dev.sallyport.mcp.testing.TestingBroker.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R3: what is called through {@code call_tool} is called like anything else. */
class WrappedCallsTest extends BrokerScene {
  private static final Optional<String> ALL = Optional.empty();

  @Test
  void findsTheToolsThatItsCallerHas() {
    broker.register("crm", crm, "strict");

    var found = search(ALL, "{\"query\": \"echo hidden\"}").path("structuredContent");

    assertThat(found.path("matching").asInt()).isEqualTo(1);
    assertThat(found.at("/tools/0")).isEqualTo(tool("crm__echo"));
    assertThat(broker.evidence.records(Begun.class).getLast().action().target())
        .isEqualTo(new Target.TurnOperation("search_tools"));
  }

  @Test
  void namesToolsAsTheDoorDoesThroughWhichTheyAreSearched() {
    broker.register("crm", crm, "trusted");
    broker.register("other", crm, "trusted");

    var one = Optional.of("crm");
    assertThat(search(one, "{\"query\": \"echo\"}").at("/structuredContent/tools"))
        .extracting(tool -> tool.path("name").asText())
        .containsExactly("echo");
    assertThat(search(one, "{\"query\": \"echo\", \"server\": \"other\"}"))
        .isEqualTo(search(one, "{\"query\": \"unheard\"}"));
    assertThat(search(ALL, "{\"query\": \"echo\", \"limit\": 1}").at("/structuredContent/tools"))
        .hasSize(1);
    assertThat(
            search(ALL, "{\"query\": \"echo\", \"server\": \"other\"}")
                .at("/structuredContent/tools/0/name")
                .asText())
        .isEqualTo("other__echo");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"query\": \" \"}",
        "{\"query\": 1}",
        "{\"query\": \"x\", \"limit\": 0}",
        "{\"query\": \"x\", \"limit\": 21}",
        "{\"query\": \"x\", \"limit\": 1.5}",
        "{\"query\": \"x\", \"limit\": \"1\"}",
        "{\"query\": \"x\", \"limit\": 99999999999}",
        "{\"query\": \"x\", \"server\": null}",
        "{\"query\": \"x\", \"more\": true}",
      })
  void refusesASearchThatIsNone(String arguments) {
    assertThatThrownBy(() -> search(ALL, arguments))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
  }

  @Test
  void boundsAQueryOnBothSides() {
    assertThat(search(ALL, "{\"query\": \"" + "x".repeat(512) + "\"}")).isNotNull();
    assertThatThrownBy(() -> search(ALL, "{\"query\": \"" + "x".repeat(513) + "\"}"))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
  }

  @Test
  void decidesOnTheToolThatACallMeans() {
    broker.register("crm", crm, "trusted");

    var answer = call(ALICE, "call_tool", parsed("{'name': 'crm__echo', 'arguments': {'a': 1}}"));

    assertThat(answer.text()).isEqualTo("{\"a\":1}");
    var action = broker.evidence.records(Begun.class).getLast().action();
    assertThat(action.target()).isEqualTo(new Target.Tool("crm", "echo"));
    assertThat(new String(action.payload(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @CsvSource({"crm__hidden", "crm__unheard", "echo", "__", "''"})
  void answersAlikeWhateverIsNotTheCallers(String name) {
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(() -> call(ALICE, "call_tool", JSON.createObjectNode().put("name", name)))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'name': 1}",
        "{'name': 'crm__echo', 'arguments': []}",
        "{'name': 'crm__echo', 'arguments': null}",
        "{'name': 'crm__echo', 'more': 1}",
        "{'name': 'call_tool', 'arguments': {'name': 'crm__echo'}}",
        "{'name': 'Call_Tool', 'arguments': {'name': 'crm__echo'}}",
        "{'name': 'search_tools', 'arguments': {'query': 'echo'}}",
        "{'name': 'q_get', 'arguments': {}}",
      })
  void refusesAWrappedCallThatIsNoneOrIsOfAWrapper(String arguments) {
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(() -> call(ALICE, "call_tool", parsed(arguments)))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
    assertThat(broker.evidence.records(Begun.class).getLast().action().target())
        .isEqualTo(new Target.TurnOperation("call_tool"));
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void doesNothingForWhoMayDoNothing() {
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(() -> call(BOB, "search_tools", parsed("{'query': 'echo'}")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
    assertThatThrownBy(() -> call(BOB, "call_tool", parsed("{'name': 'crm__echo'}")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
    assertThat(broker.evidence.records(Refused.class).getLast().action().target())
        .isEqualTo(new Target.Tool("crm", "echo"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"search_tools", "call_tool", "Call_Tool", "q_ask", "q_filter", "Q_COMPOSE"})
  void letsNoServerHaveToolsOfTheseNames(String name) {
    crm.withEcho(name);
    broker.register("crm", crm, "trusted");

    assertThat(broker.registry.find("crm", name)).isEmpty();
    assertThat(broker.registry.status("crm").orElseThrow().unfit().values())
        .containsExactly("reserved_name");
    assertThat(names(ALICE, Optional.of("crm"))).containsExactly("echo");
  }

  @Test
  void listsTheWrappersInThePlaceOfAllTools() {
    broker.register("crm", crm, "trusted");

    for (var server : new String[] {"", "crm"}) {
      var named = Optional.of(server).filter(name -> !name.isEmpty());
      assertThat(listed(named)).containsExactly("call_tool", "search_tools");
    }
    broker.register("strict", crm, "strict");
    assertThat(listed(ALL))
        .contains("call_tool", "search_tools")
        .containsAll(QuarantineTools.names())
        .hasSize(2 + QuarantineTools.names().size())
        .isSorted();
  }

  @Test
  void takesWhatHeadersRepeatOfWrappedArgumentsOnlyIfItIsRight() {
    var definition = TestingMcpServer.definition("in_region");
    definition
        .withObjectProperty("inputSchema")
        .putObject("properties")
        .putObject("region")
        .put("type", "string")
        .put("x-mcp-header", "Region");
    crm.with(definition, arguments -> arguments.put("isError", false));
    broker.register("crm", crm, "trusted");

    assertThat(inRegion(Optional.of(Map.of())).failed()).isFalse();
    assertThat(inRegion(Optional.of(Map.of("region", "eu"))).failed()).isFalse();
    assertThatThrownBy(() -> inRegion(Optional.of(Map.of("region", "us"))))
        .satisfies(hasCode(RefusalCode.HEADER_MISMATCH));
  }

  private ServerAnswer inRegion(Optional<Map<String, String>> mirrored) {
    var arguments = parsed("{'name': 'crm__in_region', 'arguments': {'region': 'eu'}}");
    var call = new ToolCall("call_tool", arguments, JSON.createObjectNode(), Retry.NONE, mirrored);
    return broker.broker.call(broker.caller(ALICE), ALL, call, Conversation.none());
  }

  private List<String> listed(Optional<String> server) {
    return broker
        .broker
        .list(broker.caller(ALICE), server, ListKind.TOOLS, Optional.of(ToolsView.SEARCH))
        .stream()
        .map(tool -> tool.path("name").asText())
        .toList();
  }

  private ObjectNode search(Optional<String> server, String arguments) {
    var call = new ToolCall("search_tools", parsed(arguments));
    var answer = broker.broker.call(broker.caller(ALICE), server, call, Conversation.none());
    var result = ((ServerAnswer.Result) answer).result();
    assertThat(answer.text()).isEqualTo(result.path("structuredContent").toString());
    return result;
  }

  private static ObjectNode parsed(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
