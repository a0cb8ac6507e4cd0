package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each case is a pair of files under {@code golden/messages}: add a pair to add a case. */
final class GoldenTest {
  private final MessagesSkin skin = new MessagesSkin();

  @TestFactory
  Stream<DynamicTest> readsRequests() throws Exception {
    return Goldens.cases("messages/requests", ".json", ".chat.json", this::read);
  }

  @TestFactory
  Stream<DynamicTest> writesReplies() throws Exception {
    return Goldens.cases("messages/replies", ".chat.json", ".messages.json", this::write);
  }

  /** Envoy #2352, vercel/ai #17326, litellm #31069: usage is never 0 at the start, nor summed. */
  @TestFactory
  Stream<DynamicTest> writesStreams() throws Exception {
    return Goldens.cases("messages/streams", ".chat.sse", ".messages.sse", this::stream);
  }

  private String read(byte[] body) {
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var request = skin.read(body);
      golden.set("chat", request.chat().tree());
      var dropped = golden.putArray("dropped");
      request.dropped().forEach(dropped::add);
    } catch (Refusal refusal) {
      golden.put("refused", refusal.code().code() + ": " + refusal.advice());
    }
    return Wire.pretty(golden);
  }

  private String write(byte[] chat) {
    return Wire.pretty(Wire.object(skin.whole(asked(), Wire.object(chat))));
  }

  private String stream(byte[] recorded) throws Exception {
    SkinStream stream = skin.stream(asked());
    var reader = new SseReader(new ByteArrayInputStream(recorded), 1 << 20);
    var out = new StringBuilder();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      add(out, stream.accept(frame.get().lines()));
    }
    add(out, stream.end());
    return out.toString();
  }

  private static void add(StringBuilder out, List<byte[]> frames) {
    frames.forEach(frame -> out.append(new String(frame, StandardCharsets.UTF_8)));
  }

  private ModelRequest asked() {
    return skin.read(
        ("{\"model\":\"fast\",\"max_tokens\":9,\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Twelve words, or something"
                + " like it.\"}]}")
            .getBytes(StandardCharsets.UTF_8));
  }
}
