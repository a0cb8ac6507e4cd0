package dev.sallyport.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.BedrockRules;
import dev.sallyport.llm.testing.EventStreams;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    return cases("requests", ".json", ".bedrock.json", GoldenTest::encode);
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return cases("replies", ".bedrock.json", ".chat.json", GoldenTest::decode);
  }

  @TestFactory
  Stream<DynamicTest> decodesStreams() throws Exception {
    return cases("streams", ".events", ".chat.sse", GoldenTest::stream);
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
    return switch (reply) {
      case Reply.Completed(byte[] body, var served) -> {
        var golden = JsonNodeFactory.instance.objectNode();
        golden.set("body", Wire.object(body));
        golden.put("usage", served.usage().toString());
        yield Wire.pretty(golden);
      }
      case Reply.Failed(var failure) -> failure.toString();
    };
  }

  static String stream(byte[] lines) throws Exception {
    var frames = new ByteArrayOutputStream();
    EventStreams.frames(new String(lines, StandardCharsets.UTF_8)).forEach(frames::writeBytes);
    var stream =
        ADAPTER.stream(
            request("mcp.crm/find people"),
            attempt("us.anthropic.claude-sonnet-4-5-20250929-v1:0"));
    var reader = ADAPTER.frames(new ByteArrayInputStream(frames.toByteArray()), 1 << 20);
    var out = new StringBuilder();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      for (var piece : stream.accept(frame.get())) {
        out.append(
            switch (piece) {
              case Piece.Event(byte[] bytes, boolean content) ->
                  (content ? ": content\n" : "") + new String(bytes, StandardCharsets.UTF_8);
              case Piece.Comment(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
              case Piece.Failed(var failure) -> ": failed " + failure.kind() + "\n\n";
              case Piece.Finished _ -> ": finished\n\n";
            });
      }
    }
    return out.append(": ").append(stream.served().usage()).toString();
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

  private static Stream<DynamicTest> cases(
      String folder, String from, String to, Translation translation) throws Exception {
    var root = Path.of(GoldenTest.class.getResource("/golden/bedrock/" + folder).toURI());
    try (var files = Files.list(root)) {
      return files
          .filter(path -> path.toString().endsWith(from) && !path.toString().endsWith(to))
          .sorted()
          .map(path -> test(path, path.resolveSibling(name(path).replace(from, to)), translation))
          .toList()
          .stream();
    }
  }

  private static DynamicTest test(Path given, Path golden, Translation translation) {
    return DynamicTest.dynamicTest(
        name(given),
        () -> {
          var actual = translation.apply(Files.readAllBytes(given));
          assertThat(actual.strip())
              .isEqualTo(Files.exists(golden) ? Files.readString(golden).strip() : "");
        });
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  @FunctionalInterface
  private interface Translation {
    String apply(byte[] from) throws Exception;
  }
}
