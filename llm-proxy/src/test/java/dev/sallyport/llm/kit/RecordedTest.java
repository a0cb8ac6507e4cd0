package dev.sallyport.llm.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecordedTest {
  @ParameterizedTest
  @MethodSource("dev.sallyport.llm.kit.Recorded#all")
  void holdsTextAndWholeCallsInTheirOrder(Recorded recorded) throws IOException {
    var said = new StringBuilder();
    for (var event : events(recorded)) {
      collect(event, said);
    }
    var text =
        switch (recorded.says()) {
          case "text" -> "Hello, grüne world.";
          case "thought" -> "Hello.";
          case "calls" -> "";
          default -> "I call.";
        };
    assertThat(said.toString()).contains(text);
    if (recorded.says().equals("calls") || recorded.says().equals("all")) {
      assertThat(said.toString()).contains("{\"city\":\"Bern\"}{\"city\":\"Zürich\"}");
    }
    assertThat(recorded.first()).isBetween(0, recorded.script().pieces().size() - 2);
  }

  /** The texts and arguments of an event, whatever the protocol: none of them stands twice. */
  private static void collect(JsonNode event, StringBuilder said) {
    var type = event.path("type").asText();
    if (type.startsWith("response.")) {
      said.append(
          Set.of("response.output_text.delta", "response.function_call_arguments.delta")
                  .contains(type)
              ? event.path("delta").asText()
              : "");
      return;
    }
    for (var path :
        new String[] {
          "/choices/0/delta/content",
          "/choices/0/delta/tool_calls/0/function/arguments",
          "/delta/text",
          "/delta/partial_json",
          "/delta/toolUse/input"
        }) {
      said.append(event.at(path).asText(""));
    }
    for (var part : event.at("/candidates/0/content/parts")) {
      said.append(part.path("thought").asBoolean() ? "" : part.path("text").asText());
      said.append(part.has("functionCall") ? part.at("/functionCall/args").toString() : "");
    }
  }

  private static List<JsonNode> events(Recorded recorded) throws IOException {
    var all = new ByteArrayOutputStream();
    for (var piece : recorded.script().pieces()) {
      all.write(piece);
    }
    return recorded.protocol().equals("bedrock")
        ? frames(all.toByteArray())
        : Caller.events(all.toString(StandardCharsets.UTF_8));
  }

  private static List<JsonNode> frames(byte[] bytes) {
    var events = new ArrayList<JsonNode>();
    for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
      int start = left.position();
      int length = left.getInt();
      int headers = left.getInt();
      assertThat(left.getInt()).isEqualTo(crc(bytes, start, 8));
      var payload = new byte[length - headers - 16];
      left.position(start + 12 + headers);
      left.get(payload);
      assertThat(left.getInt()).isEqualTo(crc(bytes, start, length - 4));
      events.add(Caller.tree(new String(payload, StandardCharsets.UTF_8)));
    }
    return events;
  }

  private static int crc(byte[] bytes, int from, int length) {
    var crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
