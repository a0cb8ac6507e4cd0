package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.vault.seal.FileKek;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store whose gateway was killed while it wrote: that is when people ask doctor. */
class DoctorOfAKilledStoreTest extends DoctorScene {
  private Path directory;

  @BeforeEach
  void makeStore() throws Exception {
    directory = storeIn("there");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 200, 1_500})
  void looksIntoItAndChangesNothing(int committed) throws Exception {
    killAfter(committed, "first");
    killAfter(committed, "second");
    assertThat(directory.resolve("store.mv.db"))
        .content(StandardCharsets.ISO_8859_1)
        .as("what was never committed, on disk")
        .contains("open-second-0");
    var before = contents();

    int healthy = doctor("--data", directory.toString());
    var store = lines("store");
    var key = directory.resolve("kek.json");
    Files.move(key, folder.resolve("kept.json"));
    int withoutKey = doctor("--data", directory.toString());
    var missing = lines("key");
    FileKek.open(key, false);
    int withAnother = doctor("--data", directory.toString());
    var another = lines("key");
    Files.move(folder.resolve("kept.json"), key, StandardCopyOption.REPLACE_EXISTING);

    assertThat(contents()).isEqualTo(before);
    assertThat(store).containsExactly("ok    store        its tables are as this version has them");
    assertThat(healthy).isZero();
    assertThat(missing).singleElement().asString().contains("there are secrets sealed with it");
    assertThat(withoutKey).isEqualTo(1);
    assertThat(another).singleElement().asString().contains("in the store: evidence-1; put back");
    assertThat(withAnother).isEqualTo(1);
    assertThat(count("vault_signing_key")).isEqualTo(1);
    assertThat(count("vault_secret where credential like 'open-%'")).isZero();
  }

  /** Kills a process that writes, once it has committed so many transactions. */
  private void killAfter(int committed, String name) throws IOException, InterruptedException {
    var child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreChild.class.getName(),
                directory.toString(),
                name)
            .redirectError(folder.resolve("errors-" + name).toFile())
            .start();
    try (var output = child.inputReader()) {
      for (int i = 0; i < committed; i++) {
        assertThat(output.readLine())
            .as(() -> "errors: " + read(folder.resolve("errors-" + name)))
            .isEqualTo("committed " + i);
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** A digest of each file of the data directory. */
  private Map<String, String> contents() throws IOException, NoSuchAlgorithmException {
    var contents = new TreeMap<String, String>();
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        contents.put(file.getFileName().toString(), HexFormat.of().formatHex(digest));
      }
    }
    return contents;
  }

  private int count(String rows) throws SQLException {
    try (var pool = pool(directory);
        var connection = pool.getConnection();
        var statement = connection.createStatement();
        var found = statement.executeQuery("select count(*) from " + rows)) {
      found.next();
      return found.getInt(1);
    }
  }
}
