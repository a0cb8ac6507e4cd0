package dev.sallyport.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.identity.testing.Warnings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private static final Logger LOG = Logger.getLogger(KeyFile.class.getName());

  private final Warnings told = new Warnings();
  @TempDir private Path directory;

  @BeforeEach
  void listen() {
    LOG.addHandler(told);
  }

  @AfterEach
  void listenNoMore() {
    LOG.removeHandler(told);
  }

  /** It is looked at every second: a log of that would be as good as none. */
  @Test
  void saysOnceThatItCannotBeUsed() throws Exception {
    var path = Files.writeString(directory.resolve("keys"), "1");
    var file = KeyFile.open(path, KeyFileTest::number, keys -> keys > 0);
    Files.writeString(path, "broken");
    file.tick();
    file.tick();
    assertThat(told.all()).hasSize(1);

    Files.writeString(path, "broken otherwise");
    file.tick();
    assertThat(told.all()).hasSize(2);

    Files.writeString(path, "2");
    file.tick();
    assertThat(file.keys()).isEqualTo(2);
    Files.writeString(path, "broken otherwise");
    file.tick();
    assertThat(told.all()).hasSize(3);
    assertThat(file.keys()).isEqualTo(2);
  }

  @Test
  void saysThatItIsGoneInWordsAndThatItProvesNothingAnyMore() throws Exception {
    var path = Files.writeString(directory.resolve("keys"), "1");
    var file = KeyFile.open(path, KeyFileTest::number, keys -> keys > 0);
    Files.delete(path);
    file.tick();
    Files.writeString(path, "0");
    file.tick();

    assertThat(told.all())
        .containsExactly(
            "the key file " + path + " cannot be used: it is not there",
            "the key file "
                + path
                + " holds no key of use any more: all that it proved is refused");
    assertThat(file.keys()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> KeyFile.open(directory.resolve("other"), KeyFileTest::number, keys -> keys > 0))
        .withMessage(
            "must be a file that can be read: " + directory.resolve("other") + ": it is not there");
  }

  private static Integer number(byte[] text) {
    return Integer.valueOf(new String(text, StandardCharsets.US_ASCII));
  }
}
