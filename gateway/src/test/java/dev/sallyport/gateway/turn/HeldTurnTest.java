package dev.sallyport.gateway.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Approvals.Answer.Waiting;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R13: turns whose calls wait for a person. */
class HeldTurnTest extends TurnLoopScene {
  private static final Waiting WAITING =
      new Waiting(new CallId("approval-1"), NOW.plusSeconds(900), Duration.ofSeconds(5));

  @Test
  void endsATurnWhoseCallWaitsAndSaysForWhat() throws IOException {
    tools.await(Optional.of(WAITING));
    model.thenCalls(
        new String[] {"c1", "crm__query", "{\"limit\":2}"},
        new String[] {"c2", "crm__query", "{}"});

    var response = run(request(MCP));

    assertThat(model.requests).hasSize(1);
    assertThat(tools.calls).hasSize(2);
    assertThat(response.path("status").asText()).isEqualTo("completed");
    assertThat(response.at("/output/1/type").asText()).isEqualTo("mcp_call");
    assertThat(response.at("/output/1/status").asText()).isEqualTo("failed");
    assertThat(response.at("/output/1/error").asText()).contains("approval_required");
    assertThat(response.at("/output/2"))
        .isEqualTo(
            json(
                """
                {"id": "mcpr_approval-1", "type": "mcp_approval_request", "server_label": "crm",
                 "name": "query", "arguments": "{\\"limit\\":2}"}
                """));
    assertThat(response.at("/output/4/type").asText()).isEqualTo("mcp_approval_request");
    assertThat(eventTypes()).endsWith("response.output_item.done", "response.completed");
  }

  @Test
  void makesTheCallAgainBeforeTheModelIsAsked() throws IOException {
    model.thenText("done");

    var response = run(resuming("true"));

    assertThat(tools.calls).containsExactly("crm query {\"limit\":2}");
    assertThat(response.at("/output/1/type").asText()).isEqualTo("mcp_call");
    assertThat(response.at("/output/1/status").asText()).isEqualTo("completed");
    assertThat(response.at("/output/2/content/0/text").asText()).isEqualTo("done");
    var messages = model.requests.getFirst().path("messages");
    assertThat(messages.get(messages.size() - 2).at("/tool_calls/0/function/name").asText())
        .isEqualTo("crm__query");
    assertThat(messages.get(messages.size() - 1).path("role").asText()).isEqualTo("tool");
  }

  @Test
  void waitsOnIfNobodyHasApproved() throws IOException {
    tools.await(Optional.of(WAITING));

    var response = run(resuming("true"));

    assertThat(model.requests).isEmpty();
    assertThat(response.path("status").asText()).isEqualTo("completed");
    assertThat(response.at("/output/2/type").asText()).isEqualTo("mcp_approval_request");
  }

  @Test
  void makesNoCallThatItsCallerGaveUp() throws IOException {
    model.thenText("as you like");

    run(resuming("false"));

    assertThat(tools.calls).isEmpty();
    assertThat(model.requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"mcp_approval_response\",\"approval_request_id\":\"x\",\"approve\":true}",
        "{\"type\":\"mcp_approval_response\",\"approve\":true}",
      })
  void refusesAnAnswerToWhatWasNotAsked(String item) {
    var body = "{\"model\":\"fast\",\"input\":[" + item + "]}";

    assertThatThrownBy(() -> TurnRequestReader.read(json(body)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.MALFORMED_REQUEST));
  }

  private static String resuming(String approve) {
    var body = (ObjectNode) json(request(MCP));
    body.set(
        "input",
        json(
            """
            [{"role": "user", "content": "hello"},
             {"type": "mcp_call", "id": "m1", "server_label": "crm", "name": "query",
              "arguments": "{\\"limit\\":2}", "error": "approval_required"},
             {"type": "mcp_approval_request", "id": "mcpr_1", "server_label": "crm",
              "name": "query", "arguments": "{\\"limit\\":2}"},
             {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": %s}]
            """
                .formatted(approve)));
    return body.toString();
  }
}
