package dev.sallyport.llm.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.testing.Wire;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatRequestTest {
  private static final int BODIES = 400;

  @Test
  void changesNothingButTheModel() {
    var body =
        "{ \"temperature\" : 2.50, \"x\":1e400,\n\"model\":\"a\\u0062\" , \"y\":\"\\ud800 \\/ é\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"\\\"model\\\":\\\"ab\\\"\"}] } \n";

    var sent = sent(body, "up/model");

    assertThat(sent).isEqualTo(body.replace("\"a\\u0062\"", "\"up/model\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"model\":\"m\",M,\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\":true},\"model\":\"up\",M,\"stream\":true}",
        "{\"stream_options\":{\"a\":2.50},\"model\":\"m\",M,\"stream\":true}"
            + "|{\"stream_options\":{\"a\":2.50,\"include_usage\":true},\"model\":\"up\",M,"
            + "\"stream\":true}",
        "{\"model\":\"m\",M,\"stream\":true,\"stream_options\":null }"
            + "|{\"model\":\"up\",M,\"stream\":true,\"stream_options\":{\"include_usage\":true} }",
        "{\"model\":\"m\",M,\"stream\":true,\"stream_options\":{\"include_usage\":false}}"
            + "|{\"model\":\"up\",M,\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"model\":\"m\",M,\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
            + "|{\"model\":\"up\",M,\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"model\":\"m\",M,\"stream\":false}|{\"model\":\"up\",M,\"stream\":false}",
      })
  void asksForTheUsageOfAStreamWhereTheCallerDidNot(String body, String expected) {
    var messages = "\"messages\":[{\"role\":\"user\"}]";
    assertThat(sent(body.replace("M", messages), "up")).isEqualTo(expected.replace("M", messages));
  }

  @Test
  void takesWhatAnAnswerSaysOfItselfForNoParameter() throws Exception {
    var request =
        ChatRequest.of(
            Wire.object(
                """
                {"model":"m","provider":{"require_parameters":true},
                 "messages":[{"role":"user","content":"Hi"}]}
                """));

    request.allowDropping(List.of("messages.annotations", "input.content.logprobs"));

    assertThatThrownBy(() -> request.allowDropping(List.of("messages.annotations", "seed")))
        .isInstanceOfSatisfying(
            CannotCarryException.class,
            refused ->
                assertThat(refused.problem()).contains("seed").doesNotContain("annotations"));
  }

  @Test
  void sendsFuzzedBodiesOnEqualButForTheModel() {
    for (int seed = 0; seed < BODIES; seed++) {
      var tree = fuzzed(new Random(seed));
      var body = Wire.pretty(tree);

      var sent = sent(body, "up");

      assertThat(sent).as("seed %d", seed).isEqualTo(body.replace("\"fuzz-model\"", "\"up\""));
      assertThat(Wire.object(sent)).hasToString(tree.put("model", "up").toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"model\":\"m\",M}|{\"max_completion_tokens\":9,\"model\":\"up\",M}",
        "{\"model\":\"m\",M,\"max_tokens\":null}"
            + "|{\"max_completion_tokens\":9,\"model\":\"up\",M,\"max_tokens\":null}",
        "{\"max_completion_tokens\": null ,\"model\":\"m\",M}"
            + "|{\"max_completion_tokens\": 9 ,\"model\":\"up\",M}",
        "{\"model\":\"m\",M,\"max_tokens\":5}|{\"model\":\"up\",M,\"max_tokens\":5}",
        "{\"max_completion_tokens\":5,\"model\":\"m\",M}"
            + "|{\"max_completion_tokens\":5,\"model\":\"up\",M}",
        "{\"model\":\"m\",M,\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\":true},\"max_completion_tokens\":9,"
            + "\"model\":\"up\",M,\"stream\":true}",
      })
  void limitsAnAnswerWhereTheCallerDidNot(String body, String expected) {
    var messages = "\"messages\":[{\"role\":\"user\"}]";
    var request = ChatRequest.parse(body.replace("M", messages).getBytes(StandardCharsets.UTF_8));

    assertThat(new String(request.bytesFor("up", OptionalInt.of(9)), StandardCharsets.UTF_8))
        .isEqualTo(expected.replace("M", messages));
  }

  private static String sent(String body, String model) {
    var request = ChatRequest.parse(body.getBytes(StandardCharsets.UTF_8));
    return new String(request.bytesFor(model, OptionalInt.empty()), StandardCharsets.UTF_8);
  }

  private static ObjectNode fuzzed(Random random) {
    var fields = new ArrayList<String>();
    var values = JsonNodeFactory.instance.objectNode();
    values.put("model", "fuzz-model");
    values.putArray("messages").addObject().put("role", "user").set("content", any(random, 4));
    for (int i = random.nextInt(6); i > 0; i--) {
      values.set("x" + text(random), any(random, 4));
    }
    values.fieldNames().forEachRemaining(fields::add);
    Collections.shuffle(fields, random);
    var shuffled = JsonNodeFactory.instance.objectNode();
    fields.forEach(name -> shuffled.set(name, values.get(name)));
    return shuffled;
  }

  private static JsonNode any(Random random, int depth) {
    var json = JsonNodeFactory.instance;
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> json.nullNode();
      case 1 -> json.booleanNode(random.nextBoolean());
      case 2 -> json.numberNode(random.nextInt());
      case 3 ->
          json.numberNode(
              new BigDecimal(random.nextInt(1_000_000) + ".50E+" + random.nextInt(300)));
      case 4 -> json.textNode(text(random));
      case 5 -> {
        ArrayNode array = json.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(any(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = json.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(text(random), any(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int c = random.nextInt(8) == 0 ? random.nextInt(0x10FFFF) : random.nextInt(0x7f);
      text.appendCodePoint(Character.getType(c) == Character.SURROGATE ? '"' : c);
    }
    return text.toString();
  }
}
