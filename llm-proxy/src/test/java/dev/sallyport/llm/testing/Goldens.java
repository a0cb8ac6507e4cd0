package dev.sallyport.llm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.sse.FrameReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Cases that are pairs of files under {@code golden}: add a pair to add a case. */
public final class Goldens {
  private Goldens() {}

  /**
   * The cases of a folder.
   *
   * @param from how the names of what is given end
   * @param to how, in its place, the name of what is to come of it ends
   */
  public static Stream<DynamicTest> cases(
      String folder, String from, String to, Translation translation)
      throws IOException, URISyntaxException {
    var root = Goldens.class.getResource("/golden/" + folder).toURI();
    try (var files = Files.list(Path.of(root))) {
      return files
          .filter(path -> path.toString().endsWith(from) && !path.toString().endsWith(to))
          .sorted()
          .map(path -> test(path, path.resolveSibling(name(path).replace(from, to)), translation))
          .toList()
          .stream();
    }
  }

  /** What a golden says of a reply. */
  public static String reply(Reply reply) {
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

  /** What a golden says of a piece of a streamed reply. */
  public static String piece(Piece piece) {
    return switch (piece) {
      case Piece.Event(byte[] bytes, boolean content) ->
          (content ? ": content\n" : "") + new String(bytes, StandardCharsets.UTF_8);
      case Piece.Comment(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
      case Piece.Failed(var failure) -> ": failed " + failure.kind() + "\n\n";
      case Piece.Finished(var last) ->
          ": finished\n\n" + new String(last.orElse(new byte[0]), StandardCharsets.UTF_8);
    };
  }

  /** What a golden says of the pieces of a streamed reply, before its end. */
  public static String pieces(ReplyStream stream, FrameReader reader) throws Exception {
    var out = new StringBuilder();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      stream.accept(frame.get()).forEach(piece -> out.append(piece(piece)));
    }
    return out.toString();
  }

  /** A request for a streamed reply that tells its usage. */
  public static ChatRequest streamed() {
    return ChatRequest.of(
        Wire.object(
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + "\"messages\":[{\"role\":\"user\"}]}"));
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

  /** What comes of a file. */
  @FunctionalInterface
  public interface Translation {
    String apply(byte[] from) throws Exception;
  }
}
