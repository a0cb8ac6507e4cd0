package dev.sallyport.llm.skin.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.sse.FrameData;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients run a call once it has ended, be the answer at its end or not. */
final class CallOrderTest {
  private final SkinStream stream = stream();

  private static SkinStream stream() {
    var skin = new ResponsesSkin(() -> Instant.EPOCH);
    return skin.stream(
        skin.read(
            "{\"model\":\"fast\",\"stream\":true,\"input\":\"Go\"}"
                .getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void endsACallThatIsWholeWhenTheNextBegins() {
    said(call(0, "a", "{\"x\":"));
    assertThat(said(more(0, "1}"))).containsExactly("arguments.delta 0");
    assertThat(said(call(1, "b", "{}")))
        .containsExactly("arguments.done 0", "item.done 0", "item.added 1", "arguments.delta 1");
    assertThat(said("{\"content\":\"So.\"}"))
        .startsWith("arguments.done 1", "item.done 1", "item.added 2")
        .endsWith("text.delta 2");
    assertThat(end()).contains("item.done 2").doesNotContain("item.done 0", "item.done 1");
  }

  @Test
  void endsACallBeforeWhatTheModelThinksNext() {
    said(call(0, "a", "{}"));
    assertThat(said("{\"reasoning\":\"Hm\"}")).startsWith("arguments.done 0", "item.done 0");
  }

  @Test
  void goesOnWithCallsThatComeInTurns() {
    said(call(0, "a", "{\"x\":"));
    assertThat(said(call(1, "b", ""))).containsExactly("item.added 1");
    assertThat(said(more(0, "1}"))).containsExactly("arguments.delta 0");
    assertThat(said(more(1, "{}"))).containsExactly("arguments.delta 1");
    assertThat(end())
        .containsExactly(
            "arguments.done 0", "item.done 0", "arguments.done 1", "item.done 1", "completed");
  }

  @Test
  void takesNothingForACallThatHasEnded() {
    said(call(0, "a", "{}"));
    said(call(1, "b", "{}"));
    assertThat(said(more(0, " "))).isEmpty();
    assertThat(end()).containsExactly("arguments.done 1", "item.done 1", "completed");
  }

  @Test
  void givesACallWithoutAnIdOneOfItsOwn() {
    var added =
        stream.accept(frame(call(0, "", "{}"))).stream()
            .map(event -> Wire.object(FrameData.of(event)))
            .filter(event -> event.path("type").asText().endsWith("item.added"))
            .toList();
    assertThat(added.getFirst().at("/item/call_id").asText()).startsWith("call_");
  }

  private static String call(int index, String id, String arguments) {
    return "{\"tool_calls\":[{\"index\":%d,\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":%s}}]}"
        .formatted(index, id, quoted(arguments));
  }

  private static String more(int index, String arguments) {
    return "{\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]}"
        .formatted(index, quoted(arguments));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\\\"") + '"';
  }

  private static byte[] frame(String delta) {
    return "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n"
        .formatted(delta)
        .getBytes(StandardCharsets.UTF_8);
  }

  private List<String> said(String delta) {
    return told(stream.accept(frame(delta)));
  }

  private List<String> end() {
    return told(stream.end());
  }

  private static List<String> told(List<byte[]> frames) {
    return frames.stream().map(FrameData::of).map(Wire::object).map(CallOrderTest::told).toList();
  }

  private static String told(JsonNode event) {
    var type =
        event.path("type").asText().replaceFirst("^response\\.(?:function_call_|output_)?", "");
    return event.has("output_index") ? type + " " + event.path("output_index") : type;
  }
}
