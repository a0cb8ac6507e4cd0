package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** A turn that holds values, and the tools that look at them. */
abstract class QuarantineToolsScene {
  static final String CHOICE = "{'enum': ['refund', 'invoice']}";
  static final String REFUND = "{\"abstain\": false, \"answer\": \"refund\"}";

  Instant now = Instant.parse("2026-11-21T10:00:00Z");
  final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), () -> now);
  final String letter = hold("'Please send me my money back.'");

  /** How long a model may take that fails for a reason: no longer than it must where that is it. */
  static Duration timeLeft(String reason) {
    return reason.equals("timeout") ? Duration.ofMillis(50) : Duration.ofSeconds(60);
  }

  static Stream<Object[]> brokenModels() {
    QuarantineModel throwing =
        (_, _, _, _) -> {
          throw new IOException("evil text");
        };
    QuarantineModel failing =
        (_, _, _, _) -> {
          throw new IllegalStateException("evil text");
        };
    QuarantineModel dying =
        (_, _, _, _) -> {
          throw new StackOverflowError("evil text");
        };
    QuarantineModel slow =
        (_, _, _, _) -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IOException("evil text", e);
          }
          return REFUND;
        };
    QuarantineModel huge = (_, _, _, _) -> " ".repeat(20_000) + REFUND;
    QuarantineModel unsure = (_, _, _, _) -> "{\"abstain\": true, \"answer\": \"evil\"}";
    return Stream.of(
        new Object[] {throwing, "unavailable"},
        new Object[] {failing, "unavailable"},
        new Object[] {dying, "unavailable"},
        new Object[] {slow, "timeout"},
        new Object[] {huge, "invalid_answer"},
        new Object[] {unsure, "unknown"});
  }

  void spendTheBudget() {
    var asked = 0;
    while (!refusedForBudget("Question " + asked + "?")) {
      assertThat(asked++).isLessThan(100);
    }
  }

  boolean refusedForBudget(String question) {
    return ask("t", letter, question).get("isError").booleanValue();
  }

  JsonNode ask(String turn, String ref, String question) {
    return tools(new ScriptedQuarantineModel(REFUND))
        .call(turn, "q_ask", arguments(ref, question, CHOICE))
        .view();
  }

  JsonNode show(String ref) {
    return call("q_show", json("{'ref': '" + ref + "'}"));
  }

  JsonNode get(String ref, String path) {
    var arguments = JsonNodeFactory.instance.objectNode().put("ref", ref).put("path", path);
    return call("q_get", arguments).at("/structuredContent/value");
  }

  JsonNode call(String name, JsonNode arguments) {
    return tools(new ScriptedQuarantineModel()).call("t", name, arguments).view();
  }

  JsonNode answerOf(String answer, String schema) {
    var reply = "{\"abstain\": false, \"answer\": " + answer.replace('\'', '"') + "}";
    var tools = tools(new ScriptedQuarantineModel(reply, reply));
    var fresh = hold("'Text for " + answer.replace('\'', ' ') + "'");
    return tools
        .call("t", "q_ask", arguments(fresh, "What?", schema))
        .view()
        .at("/structuredContent/answer");
  }

  JsonNode answer(QuarantineModel model, String schema) {
    return ask(model, "What is wanted?", schema).view().at("/structuredContent/answer");
  }

  Projection ask(QuarantineModel model, String question, String schema) {
    return tools(model).call("t", "q_ask", arguments(letter, question, schema));
  }

  QuarantineTools tools(QuarantineModel model) {
    return new QuarantineTools(quarantine, model, Duration.ofSeconds(10));
  }

  static ObjectNode arguments(String ref, String question, String schema) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("ref", ref)
        .put("question", question)
        .set("schema", json(schema));
  }

  String hold(String text) {
    return quarantine.project("t", "crm", Vocabulary.NONE, json(text)).view().textValue();
  }
}
