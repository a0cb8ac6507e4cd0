package dev.sallyport.llm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Cases that are pairs of files under {@code golden}: add a pair to add a case. */
public final class GoldenFiles {
  private GoldenFiles() {}

  /** Turns what one file holds into what the other does. */
  @FunctionalInterface
  public interface Translation {
    String apply(byte[] from) throws Exception;
  }

  /**
   * A test for each pair.
   *
   * @param from how the names of what is given end
   * @param to how the names of what is wanted end
   */
  public static Stream<DynamicTest> cases(
      String folder, String from, String to, Translation translation) throws Exception {
    var root = Path.of(GoldenFiles.class.getResource("/golden/" + folder).toURI());
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
          var actual = translation.apply(Files.readAllBytes(given)).strip();
          assertThat(actual)
              .isEqualTo(Files.exists(golden) ? Files.readString(golden).strip() : "");
        });
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
