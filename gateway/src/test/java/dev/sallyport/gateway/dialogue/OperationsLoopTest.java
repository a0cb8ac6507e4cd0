package dev.sallyport.gateway.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** containment.md 3.4: the operations on what is held, as functions of the model endpoints. */
class OperationsLoopTest extends DialogueScene {
  private static final String ASKED = "[{\"role\":\"user\",\"content\":\"Read the letter.\"}]";

  @Test
  void areDoneHereAndTheClientGetsOneAnswer() {
    var reference = reference();
    model.answers(
        wants("Let me look.", operation("q1", "q_match", reference, "\"what\":\"code\"")),
        wants("", operation("q2", "q_get", reference, "\"path\":\"\"")),
        says("Done."));

    var answer = answer(chat("gpt", ASKED));

    var message = answer.at("/choices/0/message");
    assertThat(message.path("content").asText()).isEqualTo("Let me look.\n\nDone.");
    assertThat(message.has("tool_calls")).isFalse();
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(75);
    assertThat(model.received()).hasSize(3);
    assertThat(heard().at("/messages/3/content").asText()).contains("ident#");
    assertThat(heardText()).doesNotContain("ZEBRA");
    assertThat(operations()).containsExactlyInAnyOrder("q_match", "q_get");
    assertThat(evidence("intent").toString()).contains("\"alias\":\"gpt\"");

    var told = heard().path("messages");
    model.answers(says("You are welcome."));
    var next = chat("gpt", ASKED);
    ((ArrayNode) next.path("messages"))
        .add(message)
        .addObject()
        .put("role", "user")
        .put("content", "Thanks.");
    answer(next);
    assertThat(first(heard().path("messages"), told.size())).isEqualTo(first(told, told.size()));
    assertThat(heard().at("/messages/" + told.size() + "/content").asText()).isEqualTo("Done.");
  }

  @Test
  void areDoneBesideCallsOfTheClientsAndStandInTheHistoryAgain() {
    var reference = reference();
    var save = call("c7", "save", "{\"text\":\"%s\"}".formatted(reference));
    model.answers(wants("Both.", operation("q1", "q_get", reference, "\"path\":\"\""), save));

    var wanted = answer(chat("gpt", ASKED)).at("/choices/0/message");
    assertThat(wanted.path("tool_calls")).hasSize(1);
    assertThat(wanted.at("/tool_calls/0/function/arguments").asText()).contains(LETTER);
    assertThat(operations()).containsExactly("q_get");

    var next = chat("gpt", ASKED);
    ((ArrayNode) next.path("messages"))
        .add(wanted)
        .addObject()
        .put("role", "tool")
        .put("tool_call_id", "c7")
        .put("content", "saved");
    answer(next);
    var roles = new ArrayList<String>();
    heard()
        .path("messages")
        .forEach(one -> roles.add(one.path("role").asText() + one.path("tool_call_id").asText("")));
    assertThat(roles).containsExactly("system", "user", "assistant", "toolq1", "toolc7");
    assertThat(heard().at("/messages/2/tool_calls")).hasSize(2);
    assertThat(heardText()).contains(reference).doesNotContain("ZEBRA", "saved");
  }

  @Test
  void areDoneInTheMiddleOfAStreamThatTheClientReadsAsOne() {
    var reference = reference();
    var operation = operation("q1", "q_get", reference, "\"path\":\"\"");
    var last = streamed(List.of(call("c7", "save", "{\"text\":\"%s\"}".formatted(reference))));
    model.answers(streamed(List.of(operation)), last);

    var events = post(chat("gpt", ASKED).put("stream", true)).body();

    var text = new StringBuilder();
    var calls = new ArrayList<JsonNode>();
    var ends = new ArrayList<String>();
    int begun = 0;
    for (var line : events.split("\n", -1)) {
      if (line.startsWith("data: {")) {
        var choice = TestingGateway.read(line.substring(6)).at("/choices/0");
        text.append(choice.at("/delta/content").asText(""));
        choice.at("/delta/tool_calls").forEach(calls::add);
        begun += choice.at("/delta").has("role") ? 1 : 0;
        if (choice.path("finish_reason").isTextual()) {
          ends.add(choice.path("finish_reason").asText());
        }
      }
    }
    assertThat(text.toString()).isEqualTo("Hm.\n\nHm.");
    assertThat(calls).singleElement().extracting(one -> one.path("id").asText()).isEqualTo("c7");
    assertThat(calls.getFirst().at("/function/arguments").asText()).contains(LETTER);
    assertThat(ends).containsExactly("tool_calls");
    assertThat(begun).isEqualTo(1);
    assertThat(events).endsWith("data: [DONE]\n\n").doesNotContain("q_get");
  }

  @Test
  void endWhereTheModelDoesNotCometoAnAnswer() {
    var operation = operation("q1", "q_get", reference(), "\"path\":\"\"");
    for (int round = 0; round < HeldDialogue.MAX_ROUNDS; round++) {
      model.answers(wants("", operation));
    }
    var answer = post(chat("gpt", ASKED));

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(model.received()).hasSize(HeldDialogue.MAX_ROUNDS);
    assertThat(heard().path("tool_choice").asText()).isEqualTo("none");
    assertThat(model.received().get(14).json().has("tool_choice")).isFalse();
  }

  @Test
  void tellTheModelWhatWasWrongWithItsCall() {
    model.answers(
        wants("", call("q1", "q_get", "no JSON")),
        wants("", call("q2", "q_get", "{\"ref\":\"{{txt#9.aaaaaaaaaa}}\"}")),
        says("I give up."));
    answer(chat("gpt", ASKED));
    assertThat(heard().at("/messages/3/content").asText()).contains("malformed_request");
    assertThat(heard().at("/messages/5/content").asText()).contains("refused");
  }

  @Test
  void areLeftToAClientThatHasThemItself() {
    var chat = chat("gpt", ASKED);
    var own = ((ArrayNode) chat.path("tools")).addObject().put("type", "function");
    own.putObject("function").put("name", "q_get");
    var operation = operation("q1", "q_get", reference(), "\"path\":\"\"");
    model.answers(wants("", operation));

    var wanted = answer(chat).at("/choices/0/message/tool_calls");
    assertThat(wanted).singleElement().isEqualTo(operation);
    assertThat(operations()).isEmpty();
    assertThat(names(heard())).containsOnlyOnce("q_get");
  }

  /** By the other door: a whole turn with tools of the client's own. */
  @Test
  void areThereInATurnWithToolsOfTheClient() {
    var reference = reference();
    model.answers(
        streamed(List.of(operation("q1", "q_get", reference, "\"path\":\"\""))),
        streamed(List.of(call("c7", "save", "{\"text\":\"%s\"}".formatted(reference)))));
    var input = "{\"role\":\"user\",\"content\":\"Save the letter.\"}";
    var answer = turn(input);

    var wanted = answer.path("output").get(answer.path("output").size() - 1);
    assertThat(wanted.path("type").asText()).isEqualTo("function_call");
    assertThat(wanted.path("arguments").asText()).contains(LETTER);
    assertThat(operations()).containsExactly("q_get");

    var items = new StringBuilder(input);
    answer.path("output").forEach(item -> items.append(",").append(item));
    items.append(",{\"type\":\"function_call_output\",\"call_id\":\"c7\",\"output\":\"saved it\"}");
    turn(items.toString());
    assertThat(heardText()).contains("{\\\"text\\\":\\\"" + reference, "q_get");
    assertThat(heardText()).doesNotContain("ZEBRA", "saved it");
    assertThat(evidence("event").toString())
        .contains("client.texts", "\"client_texts\":", "client.calls", "\"references_used\":1");
  }

  @Test
  void tellTheModelOfATurnThatItsClientWasNotGivenACall() {
    model.answers(
        streamed(List.of(call("c7", "save", "{\"text\":\"{{txt#9.aaaaaaaaaa}}\"}"))),
        streamed(List.of()));
    var answer = turn("{\"role\":\"user\",\"content\":\"Save the letter.\"}");
    assertThat(answer.path("output").toString()).doesNotContain("function_call");
    assertThat(heardText()).contains("unknown_reference");
  }

  /** By the same door, without servers: one answer of the model at a time. */
  @Test
  void areThereWhereAResponseIsAskedFor() {
    var reference = reference();
    var save = call("c7", "save", "{\"text\":\"%s\"}".formatted(reference));
    model.answers(wants("", operation("q1", "q_get", reference, "\"path\":\"\"")), wants("", save));
    var input = "{\"role\":\"user\",\"content\":\"Save the letter.\"}";
    var answer = response("", input);

    assertThat(answer.path("output")).hasSize(1);
    assertThat(answer.at("/output/0/type").asText()).isEqualTo("function_call");
    assertThat(answer.at("/output/0/arguments").asText()).contains(LETTER);
    assertThat(operations()).containsExactly("q_get");

    var result = "{\"type\":\"function_call_output\",\"call_id\":\"c7\",\"output\":\"saved it\"}";
    model.answers(says("Done."));
    response("", input + "," + answer.at("/output/0") + "," + result);
    assertThat(heardText()).contains("{\\\"text\\\":\\\"" + reference, "q_get");
    assertThat(heardText()).doesNotContain("ZEBRA", "saved it");
  }

  private JsonNode turn(String items) {
    return response("{\"type\":\"mcp\",\"server_label\":\"far\"},", items);
  }

  private JsonNode response(String tools, String items) {
    var save =
        "{\"type\":\"function\",\"name\":\"save\",\"parameters\":{\"type\":\"object\","
            + "\"properties\":{\"text\":{\"type\":\"string\"}}}}";
    var body = "{\"model\":\"gpt\",\"tools\":[%s],\"input\":[%s]}".formatted(tools + save, items);
    // The agent's own turn, in which it got the letter.
    var turn = mcp("far__letter", "{}").at("/result/_meta/dev.sallyport~1turn").asText();
    var answer = post("/v1/responses", turn, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestingGateway.read(answer.body());
  }

  private static ObjectNode operation(String id, String name, String reference, String more) {
    return call(id, name, "{\"ref\":\"%s\",%s}".formatted(reference, more));
  }

  private List<String> operations() {
    return evidence("intent").stream()
        .map(record -> record.at("/target/operation").asText(""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static List<String> names(JsonNode request) {
    return StreamSupport.stream(request.path("tools").spliterator(), false)
        .map(tool -> tool.at("/function/name").asText())
        .toList();
  }

  private static List<JsonNode> first(JsonNode list, int count) {
    var items = new ArrayList<JsonNode>();
    for (int i = 0; i < count; i++) {
      items.add(list.get(i));
    }
    return items;
  }
}
