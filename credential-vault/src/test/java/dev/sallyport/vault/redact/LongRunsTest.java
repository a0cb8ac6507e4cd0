package dev.sallyport.vault.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What begins escapes could always be the beginning of a secret. However much of it there is, no
 * more is held than a secret is long, and so no more is copied at each read.
 */
@Timeout(60) // for what takes minutes where it is quadratic
final class LongRunsTest {
  private static final String SECRET = "sk-Live-0123";
  private static final Automaton AUTOMATON = Automaton.of("Bearer " + SECRET);
  private static final String MARK = "[REDACTED:key]";
  private static final int LONG = 4 << 20;

  /** More than this is no beginning of the secret in any spelling. */
  private static final int MOST = 12 * SECRET.length();

  @ParameterizedTest
  @ValueSource(
      strings = {"&", "%", "\\", "&%", "\\&%", "%%\\", "&#", "%25", "\\u00", "\\\\u0", "\\&s", "s"})
  void goOnWhileTheyAreRead(String unit) throws IOException {
    for (int most : new int[] {1_000, 4 << 10, 64 << 10}) {
      var run = new Run(unit, LONG);
      long given = 0;
      try (var in = new SecretRedactor(AUTOMATON, "key").redact(run)) {
        var target = new byte[most];
        for (int count = in.read(target); count >= 0; count = in.read(target)) {
          given += count;
          assertThat(run.pulled - given).as("%s, %d", unit, most).isLessThanOrEqualTo(MOST);
        }
      }
      assertThat(given).isEqualTo(LONG);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"&", "%", "\\", "\\&%", "&#", "%25", "\\u00"})
  void goOnByteByByte(String unit) {
    var sifting = new Sifting();
    for (int i = 0; i < 100_000; i++) {
      sifting.take(new byte[] {(byte) unit.charAt(i % unit.length())}, 1);
      assertThat(sifting.sieve.heldBack()).isLessThanOrEqualTo(MOST);
    }
    assertThat(sifting.end()).hasSize(100_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"&#%d;", "&#x%02x;", "%%%02x", "%%25%02x", "\\x%02x", "\\u%04x"})
  void hideNoSecretBehindThemWhereverItIsCut(String spelling) {
    var secret = spelled(spelling);
    for (var run : List.of("&".repeat(300), "%".repeat(300), "\\".repeat(304), "\\&%".repeat(99))) {
      var bytes = bytes("x" + run + secret + "." + run + secret + ",");
      for (int size = 1; size < bytes.length; size++) {
        var sifting = new Sifting();
        sifting.take(bytes, size);
        var clean = sifting.end();
        var as = "%s behind %s in pieces of %d: %s".formatted(spelling, run, size, clean);
        assertThat(clean).as(as).startsWith("x").endsWith(MARK + ",").contains(MARK + ".");
        assertThat(clean.replace(MARK, "").replaceAll("[\\\\&%]", "")).as(as).isEqualTo("x.,");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"&#%d;", "%%25%02x", "\\\\u%04x"})
  void areHeldWhereTheyAreTheBeginningOfOneAndNoMoreThanTwiceThat(String spelling) {
    var secret = spelled(spelling);
    var begun = secret.substring(0, secret.length() - 1);
    var sifting = new Sifting();
    sifting.take(bytes("&%\\".repeat(2_000) + begun), 7);

    assertThat(sifting.sieve.heldBack()).isBetween(begun.length(), 2 * begun.length());
    sifting.take(bytes(secret.substring(begun.length())), 1);
    assertThat(sifting.end()).endsWith(MARK);
  }

  @Test
  void passWithAWholeTextToo() {
    var run = "&%\\".repeat(LONG / 3) + " ";
    var redactor = new SecretRedactor(AUTOMATON, "key");
    assertThat(redactor.redact(run + SECRET + run)).isEqualTo(run + MARK + run);
  }

  private static String spelled(String spelling) {
    return SECRET.chars().mapToObj(spelling::formatted).collect(Collectors.joining());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A sieve and what came out of it. */
  private static final class Sifting {
    private final Sieve sieve = new Sieve(AUTOMATON, bytes(MARK));
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void take(byte[] bytes, int size) {
      for (int from = 0; from < bytes.length; from += size) {
        int held = sieve.heldBack();
        int count = Math.min(size, bytes.length - from);
        var room = new byte[held + count];
        sieve.release(room, 0);
        System.arraycopy(bytes, from, room, held, count);
        int given = sieve.sift(room, 0, room.length, out);
        out.write(room, 0, Math.max(0, given));
      }
    }

    String end() {
      out.writeBytes(sieve.rest());
      return out.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** A text again and again, as much at once as is asked for. */
  private static final class Run extends InputStream {
    private final byte[] unit;
    private final long most;
    private long pulled;

    Run(String unit, long most) {
      this.unit = bytes(unit);
      this.most = most;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int count = (int) Math.min(length, most - pulled);
      for (int i = 0; i < count; i++) {
        target[offset + i] = unit[(int) (pulled++ % unit.length)];
      }
      return count == 0 ? -1 : count;
    }

    @Override
    public int read() {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
  }
}
