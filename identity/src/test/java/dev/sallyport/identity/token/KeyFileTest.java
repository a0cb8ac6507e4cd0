package dev.sallyport.identity.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private static final Logger LOG = Logger.getLogger(KeyFile.class.getName());

  private final Told told = new Told();
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
    var file = KeyFile.open(path, KeyFileTest::number);
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

  private static Integer number(byte[] text) {
    return Integer.valueOf(new String(text, StandardCharsets.US_ASCII));
  }

  /** Keeps what is logged. */
  private static final class Told extends Handler {
    private final List<LogRecord> all = new CopyOnWriteArrayList<>();

    List<LogRecord> all() {
      return List.copyOf(all);
    }

    @Override
    public void publish(LogRecord told) {
      all.add(told);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
