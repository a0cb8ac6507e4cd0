package dev.sallyport.gateway.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** containment.md 3.8: rewriting in both directions between a model and a client with tools. */
class DialogueTest extends DialogueScene {
  private static final String ASKED = "[{\"role\":\"user\",\"content\":\"Read the letter.\"}]";

  @Test
  void showsAgainWhatTheTurnWasGivenByTheBroker() {
    var given = given();
    for (var spelled : List.of(given, given.replace(":", " : "))) {
      answer(withOutput(spelled));
      assertThat(heard().at("/messages/3/content").asText()).isEqualTo(spelled);
    }
    answer(withOutput("{\"title\": " + given + ", \"text\": \"raw\"}"));
    assertThat(heard().at("/messages/3/content").asText())
        .contains(TestingGateway.read(given).path("text").asText())
        .doesNotContain("raw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude"})
  void tellsTheModelOfReferencesAndWhatCanBeDoneWithThem(String alias) {
    answer(chat(alias, ASKED));

    var heard = heard().toString();
    assertThat(heard).contains("stands for a text that you do not see", "q_get", "q_compose");
    assertThat(heard().path("tools")).hasSize(2 + QuarantineTools.names().size());
  }

  @Test
  void givesTheClientsToolWhatTheModelReferredToAndShowsTheModelItsOwnWords() {
    var reference = reference();
    var written = "{\"text\": \"He says: %s\",\"n\":1.50}".formatted(reference);
    model.answers(wants("I save it.", call("c7", "save", written)));

    var wanted = answer(chat("gpt", ASKED)).at("/choices/0/message");
    var arguments = wanted.at("/tool_calls/0/function/arguments").asText();
    assertThat(arguments).isEqualTo("{\"text\":\"He says: %s\",\"n\":1.50}".formatted(LETTER));
    assertThat(outcome().path("references_used").asInt()).isEqualTo(1);
    assertThat(evidence("outcome").toString()).doesNotContain(LETTER);

    for (var sent : List.of(arguments, "{ \"n\": 1.5, \"text\" : \"He says: " + LETTER + "\" }")) {
      answer(follow(chat("gpt", ASKED), wanted, sent, "done"));
      assertThat(heard().at("/messages/2/tool_calls/0/function/arguments").asText())
          .isEqualTo(written);
      assertThat(heardText()).doesNotContain("ZEBRA");
    }
    answer(follow(chat("gpt", ASKED), wanted, arguments.replace("says", "said"), "done"));
    assertThat(heardText()).doesNotContain("ZEBRA", "He sa");
  }

  /** The broker puts it in itself, where it decides on the call. */
  @ParameterizedTest
  @ValueSource(strings = {"far__letter", "letter", "q_get", "nobodys"})
  void keepsReferencesInCallsOfToolsThatAreNotTheClientsOwn(String tool) {
    var arguments = "{\"ref\":\"%s\"}".formatted(reference());
    model.answers(wants("", call("c7", tool, arguments)));
    var chat = chat("gpt", ASKED);
    if (!tool.equals("nobodys")) {
      var declared = ((ArrayNode) chat.path("tools")).addObject().put("type", "function");
      declared.putObject("function").put("name", tool);
    }

    var wanted = answer(chat).at("/choices/0/message/tool_calls/0/function");
    assertThat(wanted.path("arguments").asText()).isEqualTo(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\":\"{{txt#1.aaaaaaaaaa}}\"} | unknown_reference",
        "{\"text\":\"{{ txt#1\"} | unknown_reference",
        "{\"{{txt#1.aaaaaaaaaa}}\":1} | unknown_reference",
        "no JSON {{txt#1.aaaaaaaaaa}} | unknown_reference",
        "no JSON REF | invalid_arguments"
      })
  void givesNothingWhereAReferenceIsNotKnown(String arguments, String code) {
    var written = arguments.replace("REF", reference());
    var calls = List.of(call("c1", "save", "{}"), call("c2", "save", written));
    model.answers(wants("Hm.", calls.toArray(ObjectNode[]::new)));
    var whole = post(chat("gpt", ASKED));
    assertThat(whole.statusCode()).isEqualTo(400);
    assertThat(TestingGateway.read(whole.body()).at("/error/code").asText()).isEqualTo(code);

    model.answers(streamed(calls));
    var events = post(chat("gpt", ASKED).put("stream", true)).body();
    assertThat(events).contains("Hm.", "data: {\"error\":{", "\"code\":\"" + code + "\"");
    assertThat(events).doesNotContain("tool_calls", "[DONE]", "save");
    assertThat(evidence("outcome").toString()).contains(code);
  }

  @Test
  void passesArgumentsThatAreNoJsonWhereTheyReferToNothing() {
    model.answers(wants("", call("c1", "save", "{{ no JSON")));
    var wanted = answer(chat("gpt", ASKED)).at("/choices/0/message/tool_calls/0/function");
    assertThat(wanted.path("arguments").asText()).isEqualTo("{{ no JSON");
  }

  @Test
  void givesNoCallOfAStreamThatBreaksOffInTheMiddleOfIt() {
    var whole = streamed(List.of(call("c1", "save", "{}"), call("c2", "save", "{\"text\":\"x\"}")));
    for (int cut = 2; cut < whole.pieces().size(); cut++) {
      model.answers(whole.cutAfter(cut));
      var events = post(chat("gpt", ASKED).put("stream", true)).body();
      assertThat(events).contains("Hm.", "error").doesNotContain("tool_calls", "save", "[DONE]");
    }
  }

  @Test
  void givesEachOfSeveralAnswersItsOwnCalls() {
    var reference = reference();
    var answer = wants("a", call("c1", "save", "{\"text\":\"%s\"}".formatted(reference)));
    var tree =
        (ObjectNode)
            TestingGateway.read(new String(answer.pieces().getFirst(), StandardCharsets.UTF_8));
    var second = ((ObjectNode) tree.at("/choices/0")).deepCopy().put("index", 1);
    ((ArrayNode) tree.path("choices")).add(second);
    model.answers(Script.json(200, tree.toString()));

    var choices = answer(chat("gpt", ASKED).put("n", 2)).path("choices");
    for (var choice : choices) {
      assertThat(choice.at("/message/tool_calls/0/function/arguments").asText())
          .isEqualTo("{\"text\":\"%s\"}".formatted(LETTER));
    }
    assertThat(choices).hasSize(2);
    assertThat(heard().path("tools")).hasSize(2);
  }

  /** Criterion 8: a history of 30 turns that is sent again is the same, byte for byte. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude"})
  void sendsTheSameHistoryOnByteForByte(String alias) {
    var chat = chat(alias, ASKED);
    var messages = (ArrayNode) chat.path("messages");
    List<JsonNode> before = List.of();
    for (int turn = 0; turn < 30; turn++) {
      var wanted = call("c" + turn, "save", "{\"text\":\"page %d\"}".formatted(turn));
      model.answers(alias.equals("gpt") ? wants("Go.", wanted) : claude(wanted));
      var message = answer(chat).at("/choices/0/message");
      messages.add(message);
      messages
          .addObject()
          .put("role", "tool")
          .put("tool_call_id", "c" + turn)
          .put(
              "content",
              "{\"title\":\"Page %d\",\"n\":%d,\"x_%d\":[1,2]}".formatted(turn, turn, turn));
      var heard = new ArrayList<JsonNode>();
      heard().path("messages").forEach(heard::add);
      assertThat(heard.subList(0, before.size())).isEqualTo(before);
      before = heard;
    }
    answer(chat);
    var bytes = model.last().body();
    answer(chat);
    assertThat(model.last().body()).isEqualTo(bytes);
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains("page 29")
        .doesNotContain("Page 29", "x_29");
  }

  @Test
  void showsThePersonBesideTheAnswerWhatItRefersTo() {
    var reference = reference();
    mcp("q_show", "{\"ref\":\"%s\"}".formatted(reference));
    model.answers(says("It says: " + reference));

    var answer = answer(chat("gpt", ASKED));
    assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("It says: " + reference);
    assertThat(answer.at("/sallyport/rendered_text").asText())
        .isEqualTo("It says: \u27E6external: " + LETTER + "\u27E7");
    assertThat(answer.at("/sallyport/shown/0/reference").asText()).isEqualTo(reference);

    model.answers(says("Nothing."));
    var request = chat("gpt", ASKED);
    request.remove("tools");
    assertThat(answer(request).has("sallyport")).isFalse();
  }

  private static ObjectNode withOutput(String output) {
    var chat = chat("gpt", ASKED);
    var messages = (ArrayNode) chat.path("messages");
    var asked = messages.addObject().put("role", "assistant").putNull("content");
    asked.putArray("tool_calls").add(call("c1", "fetch_page", "{}"));
    messages.addObject().put("role", "tool").put("tool_call_id", "c1").put("content", output);
    return chat;
  }

  private static ObjectNode follow(
      ObjectNode chat, JsonNode wanted, String arguments, String output) {
    var messages = (ArrayNode) chat.path("messages");
    ObjectNode sent = wanted.deepCopy();
    ((ObjectNode) sent.at("/tool_calls/0/function")).put("arguments", arguments);
    messages.add(sent);
    messages.addObject().put("role", "tool").put("tool_call_id", "c7").put("content", output);
    return chat;
  }

  private static Script claude(ObjectNode call) {
    return Script.json(
        200,
        """
        {"id":"m1","type":"message","role":"assistant","model":"claude-x","content":[
         {"type":"text","text":"Go."},
         {"type":"tool_use","id":"%s","name":"save","input":%s}],
         "stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":5}}
        """
            .formatted(call.path("id").asText(), call.at("/function/arguments").asText()));
  }

  /** What evidence says of the last model call. */
  private JsonNode outcome() {
    return evidence("outcome").stream()
        .map(record -> record.findPath("facts"))
        .filter(facts -> facts.has("calls_given"))
        .findFirst()
        .orElseThrow();
  }
}
