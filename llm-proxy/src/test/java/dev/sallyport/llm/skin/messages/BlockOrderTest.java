package dev.sallyport.llm.skin.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Anthropic's clients take each event to be of the block that began last. */
final class BlockOrderTest {
  private static final MessagesSkin SKIN = new MessagesSkin();

  private final SkinStream stream =
      SKIN.stream(
          SKIN.read(
              ("{\"model\":\"fast\",\"max_tokens\":9,\"stream\":true,"
                      + "\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}]}")
                  .getBytes(StandardCharsets.UTF_8)));

  @Test
  void endsACallBeforeTheNextBeginsAndWritesBothAsTheyCome() {
    assertThat(said(begun(0, ""))).containsExactly("message_start");
    assertThat(said(more(0, "{\"a\":"))).containsExactly("start 0 c0", "0 {\"a\":");
    assertThat(said(more(0, "1}"))).containsExactly("0 1}");
    assertThat(said(begun(1, "{"))).containsExactly("stop 0", "start 1 c1", "1 {");
    assertThat(said(more(1, "}"))).containsExactly("1 }");
    assertThat(said(text("So."))).containsExactly("stop 1", "start 2 text", "2 So.");
    assertThat(end()).containsExactly("stop 2", "message_delta", "message_stop");
  }

  @Test
  void goesOnWithTheCallThatIsOpenWhileOthersWait() {
    assertThat(said(begun(0, "{"))).contains("start 0 c0", "0 {");
    assertThat(said(begun(2, "{\"c\":"))).isEmpty();
    assertThat(said(begun(1, "{}"))).isEmpty();
    assertThat(said(more(0, "\"a\":\"}\\\"}\""))).containsExactly("0 \"a\":\"}\\\"}\"");
    assertThat(said(more(2, "3"))).isEmpty();
    assertThat(said(more(0, "}")))
        .containsExactly(
            "0 }", "stop 0", "start 1 c1", "1 {}", "stop 1", "start 2 c2", "2 {\"c\":3");
    assertThat(said(more(2, "}"))).containsExactly("2 }");
    assertThat(end()).containsExactly("stop 2", "message_delta", "message_stop");
  }

  @Test
  void waitsForNoCallThatIsGivenNoArguments() {
    assertThat(said(begun(0, ""))).containsExactly("message_start");
    assertThat(said(text("So."))).containsExactly("start 0 text", "0 So.");
    assertThat(said(begun(1, " "))).isEmpty();
    assertThat(said(begun(2, "{}"))).containsExactly("stop 0", "start 1 c2", "1 {}");
    assertThat(said(text("On."))).containsExactly("stop 1", "start 2 text", "2 On.");
    assertThat(end())
        .containsExactly(
            "stop 2",
            "start 3 c0",
            "3 {}",
            "stop 3",
            "start 4 c1",
            "4 {}",
            "stop 4",
            "message_delta",
            "message_stop");
  }

  @Test
  void writesAtTheEndWhatWaitsForACallThatNeverWasWhole() {
    assertThat(said(begun(0, "{"))).contains("start 0 c0", "0 {");
    assertThat(said(text("So."))).isEmpty();
    assertThat(said(begun(2, "2"))).isEmpty();
    assertThat(said(begun(1, ""))).isEmpty();
    assertThat(end())
        .containsExactly(
            "stop 0",
            "start 1 text",
            "1 So.",
            "stop 1",
            "start 2 c1",
            "2 {}",
            "stop 2",
            "start 3 c2",
            "3 2",
            "stop 3",
            "message_delta",
            "message_stop");
  }

  @Test
  void doesNotWaitForACallWithoutAName() {
    assertThat(said(more(0, "{}"))).containsExactly("message_start");
    assertThat(said(begun(1, "{"))).containsExactly("start 0 c1", "0 {");
    assertThat(said(begun(0, ""))).isEmpty();
    assertThat(said(more(1, "}"))).containsExactly("0 }", "stop 0", "start 1 c0", "1 {}");
  }

  @Test
  void writesNothingOfWhatWaitsWhereTheAnswerBreaksOff() {
    assertThat(said(begun(0, "{"))).contains("start 0 c0");
    assertThat(said(begun(1, "{}"))).isEmpty();
    assertThat(events(stream.broken(new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE))))
        .containsExactly("error");
  }

  /** Whatever turns the calls come in. */
  @ParameterizedTest
  @MethodSource("seeds")
  void losesNothingOfCallsThatComeInTurns(int seed) {
    var random = new Random(seed);
    int calls = 1 + random.nextInt(5);
    var parts = new ArrayList<List<JsonNode>>();
    for (int index = 0; index < calls; index++) {
      parts.add(parts(index, random));
    }
    var written = new StringBuilder();
    while (!parts.isEmpty()) {
      var one = parts.get(random.nextInt(parts.size()));
      write(written, stream.accept(chunk(one.removeFirst())));
      parts.removeIf(List::isEmpty);
    }
    write(written, stream.end());

    var content = new ArrayList<JsonNode>();
    ClientMessages.message(written.toString()).path("content").forEach(content::add);
    content.sort(Comparator.comparing(block -> block.path("name").asText()));
    assertThat(content).hasSize(calls);
    for (int index = 0; index < calls; index++) {
      assertThat(content.get(index).path("name").asText()).isEqualTo("c" + index);
      assertThat(content.get(index).path("input")).isEqualTo(input(index));
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 50);
  }

  private static List<JsonNode> parts(int index, Random random) {
    var parts = new ArrayList<JsonNode>();
    parts.add(begun(index, ""));
    var json = input(index).toString();
    while (!json.isEmpty()) {
      int length = 1 + random.nextInt(json.length());
      parts.add(more(index, json.substring(0, length)));
      json = json.substring(length);
    }
    return parts;
  }

  private static ObjectNode input(int index) {
    return Wire.object("{\"n\":%d,\"s\":\"}{\\\"\\\\\",\"l\":[{}]}".formatted(index));
  }

  private static ObjectNode begun(int index, String arguments) {
    var delta = more(index, arguments);
    var call = (ObjectNode) delta.at("/tool_calls/0");
    call.put("id", "call_" + index).put("type", "function");
    ((ObjectNode) call.path("function")).put("name", "c" + index);
    return delta;
  }

  private static ObjectNode more(int index, String arguments) {
    var delta = JsonNodeFactory.instance.objectNode();
    var call = delta.putArray("tool_calls").addObject().put("index", index);
    call.putObject("function").put("arguments", arguments);
    return delta;
  }

  private static ObjectNode text(String text) {
    return JsonNodeFactory.instance.objectNode().put("content", text);
  }

  private static byte[] chunk(JsonNode delta) {
    var chunk = JsonNodeFactory.instance.objectNode().put("id", "c").put("model", "m");
    chunk.putArray("choices").addObject().put("index", 0).set("delta", delta);
    return ("data: " + new String(WireJson.bytes(chunk), StandardCharsets.UTF_8) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private List<String> said(JsonNode delta) {
    return events(stream.accept(chunk(delta)));
  }

  private List<String> end() {
    return events(stream.end());
  }

  private static void write(StringBuilder written, List<byte[]> frames) {
    frames.forEach(frame -> written.append(new String(frame, StandardCharsets.UTF_8)));
  }

  private static List<String> events(List<byte[]> frames) {
    return frames.stream()
        .map(frame -> new String(frame, StandardCharsets.UTF_8))
        .map(frame -> event(Wire.object(frame.substring(frame.indexOf("data: ") + 6))))
        .toList();
  }

  private static String event(JsonNode event) {
    int index = event.path("index").asInt();
    var block = event.path("content_block");
    var delta = event.path("delta");
    return switch (event.path("type").asText()) {
      case "content_block_start" ->
          "start %d %s".formatted(index, block.path("name").asText(block.path("type").asText()));
      case "content_block_delta" ->
          index + " " + delta.path("partial_json").asText(delta.path("text").asText());
      case "content_block_stop" -> "stop " + index;
      default -> event.path("type").asText();
    };
  }
}
