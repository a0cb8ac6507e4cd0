package dev.sallyport.llm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
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
