package dev.sallyport.gateway.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** containment.md 3.6, 3.7: what is agreed of the tools that clients run themselves. */
class ClientContractsTest extends DialogueScene {
  private static final String ASKED =
      "[{\"role\":\"user\",\"content\":\"Mail ada@corp.example.\"}]";

  @Test
  void showWhatIsOfAClosedTypeAndNothingElse() {
    contract(
        "fetch_page", "mode: typed, results: {'$.title': {kind: enum, values: [open, closed]}}");

    answer(withOutput("{}", "{\"title\":\"open\",\"text\":\"raw\"}"));
    assertThat(output()).contains("\"title\":\"open\"").doesNotContain("raw");
    answer(withOutput("{}", "{\"title\":\"raw\",\"text\":\"raw\"}"));
    assertThat(output()).doesNotContain("raw");
  }

  @Test
  void showAllThatATrustedToolGaveUnlessItWasGivenHeldText() {
    contract("fetch_page", "mode: trusted");
    answer(withOutput("{}", "the time is ten"));
    assertThat(output()).as("nobody proposed that call").doesNotContain("ten");

    model.answers(wants("", call("c1", "fetch_page", "{\"url\":\"here\"}")));
    answer(chat("gpt", ASKED));
    answer(withOutput("{\"url\":\"here\"}", "the time is ten"));
    assertThat(output()).isEqualTo("the time is ten");

    var reference = reference();
    model.answers(wants("", call("c1", "fetch_page", "{\"url\":\"%s\"}".formatted(reference))));
    answer(chat("gpt", ASKED));
    answer(withOutput("{\"url\":\"%s\"}".formatted(LETTER), LETTER));
    assertThat(heardText()).contains(reference).doesNotContain("ZEBRA");
  }

  @Test
  void refuseWhatMayNotGoIntoAnArgument() {
    contract("save", "args: {text: {authority: [USER, ORG], else: deny}}");
    model.answers(wants("Hm.", call("c1", "save", "{\"text\":\"%s\"}".formatted(reference()))));
    var refused = post(chat("gpt", ASKED));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("flow_refused", "remedies").doesNotContain("ZEBRA");

    model.answers(wants("Hm.", call("c1", "save", "{\"text\":\"ada@corp.example\"}")));
    var given = answer(chat("gpt", ASKED));
    assertThat(given.at("/choices/0/message/tool_calls")).hasSize(1);
  }

  @Test
  void countWhatACallBringsAbout() {
    contract("save", "effects: {once: [saved]}");
    for (int status : new int[] {200, 403}) {
      model.answers(wants("Hm.", call("c1", "save", "{\"text\":\"x\"}")));
      assertThat(post(chat("gpt", ASKED)).statusCode()).isEqualTo(status);
    }
  }

  /** What may happen once does not happen twice in one answer either. */
  @Test
  void refuseTwoCallsInOneAnswerOfWhatMayHappenOnce() {
    contract("save", "effects: {once: [saved]}");
    model.answers(
        wants(
            "Hm.", call("c1", "save", "{\"text\":\"x\"}"), call("c2", "save", "{\"text\":\"y\"}")));

    assertThat(post(chat("gpt", ASKED)).statusCode()).isEqualTo(403);
  }

  /** A policy can have an agent call only what a model has proposed, through either door. */
  @ParameterizedTest
  @ValueSource(strings = {"strict", "trusted"})
  void noteWhatAModelProposesOfSallyportsOwnTools(String clientTools) {
    gateway.apply(policy("{calls: proposed, client_tools: %s}".formatted(clientTools)));
    assertThat(mcp("far__letter", "{}").toString()).contains("flow_refused");
    model.answers(wants("", call("c1", "far__letter", "{}")));
    var chat = chat("gpt", ASKED);
    var declared = ((ArrayNode) chat.path("tools")).addObject().put("type", "function");
    declared.putObject("function").put("name", "far__letter");

    answer(chat);
    assertThat(mcp("far__letter", "{}").toString()).doesNotContain("flow_refused");
    assertThat(mcp("far__letter", "{}").toString()).contains("flow_refused");
  }

  @Test
  void leaveItAsItIsWhereThePolicySaysSo() {
    gateway.apply(policy("{client_tools: trusted}"));
    answer(withOutput("{}", "raw"));
    assertThat(heard().path("messages")).hasSize(3);
    assertThat(heard().at("/messages/2/content").asText()).isEqualTo("raw");
    assertThat(heard().path("tools")).hasSize(2);
  }

  private void contract(String tool, String spec) {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: ToolContract
        metadata: {name: own}
        spec: {tool: '@client/%s', %s}
        """
            .formatted(tool, spec));
  }

  private static String policy(String containment) {
    return """
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: ci}
    spec:
      identity: {workload: 'spiffe://prod/agent/ci'}
      models: {allow: [gpt, claude]}
      tools: [{resource: far, actions: ['*']}]
      containment: %s
    """
        .formatted(containment);
  }

  private String output() {
    return heard().at("/messages/3/content").asText();
  }

  private static ObjectNode withOutput(String arguments, String output) {
    var chat = chat("gpt", ASKED);
    var messages = (ArrayNode) chat.path("messages");
    var asked = messages.addObject().put("role", "assistant").putNull("content");
    asked.putArray("tool_calls").add(call("c1", "fetch_page", arguments));
    messages.addObject().put("role", "tool").put("tool_call_id", "c1").put("content", output);
    return TestingGateway.read(chat.toString()).deepCopy();
  }
}
