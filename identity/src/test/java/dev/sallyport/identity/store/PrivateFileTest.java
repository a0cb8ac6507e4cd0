package dev.sallyport.identity.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
  @TempDir private Path folder;

  @Test
  void makesAFileThatOnlyItsOwnerCanReadAndLeavesNothingBeside() throws IOException {
    var file = folder.resolve("key");

    PrivateFile.create(file, bytes("secret"));

    assertThat(file).hasContent("secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(names()).containsExactly("key");
  }

  @Test
  void leavesAFileThatIsThereAsItIs() throws IOException {
    var file = Files.writeString(folder.resolve("key"), "old");

    assertThatThrownBy(() -> PrivateFile.create(file, bytes("new")))
        .isInstanceOf(FileAlreadyExistsException.class);

    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("key");
  }

  /** What a crash leaves is a draft under another name: it neither counts nor is in the way. */
  @Test
  void isNotHinderedByAHalfWrittenDraft() throws IOException {
    Files.writeString(folder.resolve(".key123.draft"), "sec");

    PrivateFile.create(folder.resolve("key"), bytes("secret"));

    assertThat(folder.resolve("key")).hasContent("secret");
  }

  @Test
  void letsOneOfManyAtTheSameTimeMakeIt() throws Exception {
    var file = folder.resolve("key");
    var together = new CyclicBarrier(8);
    List<Callable<Boolean>> attempts =
        IntStream.range(0, 8)
            .<Callable<Boolean>>mapToObj(i ->
                () -> {
                  together.await();
                  try {
                    PrivateFile.create(file, bytes("secret " + i));
                    return true;
                  } catch (FileAlreadyExistsException _) {
                    return false;
                  }
                })
            .toList();

    int made = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var attempt : threads.invokeAll(attempts)) {
        made += attempt.get() ? 1 : 0;
      }
    }

    assertThat(made).isEqualTo(1);
    assertThat(Files.readString(file)).matches("secret [0-7]");
    assertThat(names()).containsExactly("key");
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
