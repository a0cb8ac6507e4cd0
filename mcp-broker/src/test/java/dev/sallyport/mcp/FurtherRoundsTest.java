package dev.sallyport.mcp;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.mcp.contract.Contracts;
import dev.sallyport.mcp.testing.TermedAuthority;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R2: what may happen once does not happen again with what a client carried between two rounds. */
class FurtherRoundsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectNode ARGUMENTS = JSON.createObjectNode().put("text", "100 EUR");

  private final TestingMcpServer bank = TestingMcpServer.speaking(Era.STATELESS).withEcho("pay");

  @AfterEach
  void stop() {
    bank.close();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "false | {} | true",
        "false | {\"emits\":[\"seen\"]} | true",
        "false | {\"once\":[\"paid\"]} | false",
        "true | {} | false"
      })
  void goesOnOnceWithACallThatMayBeMadeOnce(boolean asProposed, String effects, boolean again) {
    try (var broker =
        new TestingBroker(new TermedAuthority(new AgentTerms(true, true, true, asProposed)))) {
      start(broker, effects);
      broker.broker.propose(
          broker.caller(ALICE), Optional.empty(), new ToolCall("bank__pay", ARGUMENTS));
      var wish = (ServerAnswer.Result) call(broker, Retry.NONE);
      var state = wish.result().path("requestState").asText();
      var retry = new Retry(Optional.of(state), Optional.of(JSON.createObjectNode()));

      assertThat(call(broker, retry).failed()).isFalse();

      if (again) {
        assertThat(call(broker, retry).failed()).isFalse();
      } else {
        assertThatThrownBy(() -> call(broker, retry)).satisfies(hasCode(RefusalCode.FLOW_REFUSED));
        assertThat(broker.evidence.outcomes().getLast())
            .isEqualTo(new Outcome.Refused(RefusalCode.FLOW_REFUSED));
      }
      assertThat(bank.seen("tools/call")).hasSize(again ? 3 : 2);
    }
  }

  /** Of two processes on one database, one goes on with a state, and both know it for good. */
  @Test
  void goesOnOnceWhicheverProcessItComesTo() {
    var authority = new TermedAuthority(new AgentTerms(true, true, true, false));
    try (var one = new TestingBroker(authority);
        var other = new TestingBroker(authority, one)) {
      start(one, "{\"once\":[\"paid\"]}");
      start(other, "{\"once\":[\"paid\"]}");
      var wish = (ServerAnswer.Result) call(one, Retry.NONE);
      var state = wish.result().path("requestState").asText();
      var retry = new Retry(Optional.of(state), Optional.of(JSON.createObjectNode()));

      assertThat(call(other, retry).failed()).isFalse();

      for (var again : List.of(one, other)) {
        assertThatThrownBy(() -> call(again, retry)).satisfies(hasCode(RefusalCode.FLOW_REFUSED));
      }
      assertThat(bank.seen("tools/call")).hasSize(2);
    }
  }

  private void start(TestingBroker broker, String effects) {
    bank.answerCalls((_, exchange, request) -> {
      var result = JSON.createObjectNode().put("resultType", "complete").putArray("content");
      var asked = JSON.createObjectNode().put("resultType", "input_required");
      asked.put("requestState", "s-1").putObject("inputRequests");
      boolean further = request.path("params").has("requestState");
      var told = further ? JSON.createObjectNode().set("content", result) : asked;
      TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, (ObjectNode) told));
    });
    broker.register("bank", bank, "trusted");
    broker.apply(contract(effects));
  }

  private static ServerAnswer call(TestingBroker broker, Retry retry) {
    var asked = JSON.createObjectNode();
    asked.putObject("elicitation");
    return broker.broker.call(
        broker.caller(ALICE),
        Optional.empty(),
        new ToolCall("bank__pay", ARGUMENTS, JSON.createObjectNode(), retry, Optional.empty()),
        Conversation.untold(new ClientFace(asked, Optional.empty()), new Cancellation()));
  }

  private static Resource contract(String effects) {
    try {
      var spec = JSON.createObjectNode().put("tool", "bank/pay");
      spec.set("effects", JSON.readTree(effects));
      return new Resource(Resource.API_VERSION, Contracts.KIND, "pay", Map.of(), spec);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
