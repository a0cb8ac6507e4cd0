package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.BedrockRules;
import dev.sallyport.llm.testing.EventStreams;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case is a pair of files under {@code golden/bedrock}: add a pair to add a case. The model of
 * a request is the upstream's.
 */
final class GoldenTest {
  private static final BedrockAdapter ADAPTER = new BedrockAdapter();

  @TestFactory
  Stream<DynamicTest> encodesRequests() throws Exception {
    return Goldens.cases("bedrock/requests", ".json", ".bedrock.json", GoldenTest::encode);
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return Goldens.cases("bedrock/replies", ".bedrock.json", ".chat.json", GoldenTest::decode);
  }

  @TestFactory
  Stream<DynamicTest> decodesStreams() throws Exception {
    return Goldens.cases("bedrock/streams", ".events", ".chat.sse", GoldenTest::stream);
  }

  static String encode(byte[] bytes) {
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var chat = ChatRequest.parse(bytes);
      var wire = ADAPTER.encode(chat, attempt(chat.model()));
      BedrockRules.checkBody(Wire.object(wire.body()));
      golden.put("path", wire.path());
      golden.set("body", Wire.object(wire.body()));
      var dropped = golden.putArray("dropped");
      wire.dropped().forEach(dropped::add);
    } catch (CannotCarryException e) {
      golden.put("refused", e.problem());
    }
    return Wire.pretty(golden);
  }

  static String decode(byte[] answer) throws Exception {
    var attempt = attempt("us.anthropic.claude-sonnet-4-5-20250929-v1:0");
    var reply =
        ADAPTER.decode(
            new WireReply(200, Optional.empty(), answer), request("mcp.crm/find people"), attempt);
    return Goldens.reply(reply);
  }

  static String stream(byte[] lines) throws Exception {
    var frames = new ByteArrayOutputStream();
    EventStreams.frames(new String(lines, StandardCharsets.UTF_8)).forEach(frames::writeBytes);
    var stream =
        ADAPTER.stream(
            request("mcp.crm/find people"),
            attempt("us.anthropic.claude-sonnet-4-5-20250929-v1:0"));
    var reader = ADAPTER.frames(new ByteArrayInputStream(frames.toByteArray()), 1 << 20);
    return Goldens.pieces(stream, reader) + ": " + stream.served().usage();
  }

  private static ChatRequest request(String tool) {
    return ChatRequest.parse(
        ("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"%s\"}}],"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")
            .formatted(tool)
            .getBytes(StandardCharsets.UTF_8));
  }

  static Attempt attempt(String model) {
    return new Attempt(
        model, 4_096, false, Instant.ofEpochSecond(1_763_700_000), Form.CHAT, Site.PLAIN);
  }
}
