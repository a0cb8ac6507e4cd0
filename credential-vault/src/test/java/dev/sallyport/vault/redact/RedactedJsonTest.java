package dev.sallyport.vault.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.vault.PieceScan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of JSON is JSON, whatever a secret begins and ends with and wherever it is cut. */
final class RedactedJsonTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HEX = "0123456789abcdefABCDEF";
  private static final String ALPHABET = HEX + "untx/\\-";
  private static final List<String> ATOMS =
      List.of(
          "\\\\",
          "\\\"",
          "\\n",
          "\\/",
          "\\u0041",
          "\\u00e9",
          "\\ud83d\\ude00",
          "\u00e9",
          "u",
          "0",
          "c1",
          " ");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void staysJsonBehindAndBeforeEscapes(long seed) throws IOException {
    var random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      var secret = text(random, HEX, 1 + random.nextInt(6)) + text(random, ALPHABET, 10);
      var automaton = Automaton.of("Bearer " + secret);
      for (int j = 0; j < 40; j++) {
        check(automaton, secret, atoms(random) + escaped(random, secret) + atoms(random));
      }
    }
  }

  @Test
  void staysJsonWhereAnEscapeGoesOnInTheSecret() throws IOException {
    var secret = "00e9beef-Live-0123";
    var automaton = Automaton.of("Bearer " + secret);
    for (var before : List.of("\\u", "\\u0", "\\u00", "\\u00e", "\\\\\\u0", "\\\\u0", "\\u0041")) {
      check(automaton, secret, "ab" + before + secret + "cd");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sk-Live-0123\\", "sk-Live-0123\\\\\\", "\\sk-Live-0123", "\\\\sk-Live-1\\"})
  void staysJsonWhereTheSecretEndsInABackslash(String secret) throws IOException {
    var automaton = Automaton.of("Bearer " + secret);
    check(automaton, secret, json(secret));
    check(automaton, secret, json(secret) + "\\\"");
    check(automaton, secret, json(new StringBuilder(secret).reverse().toString()));
  }

  @Test
  void staysJsonBehindLongRunsOfBackslashes() throws IOException {
    var secret = "beef-Live-0123";
    var automaton = Automaton.of("Bearer " + secret);
    for (int count = 15; count < 60; count++) {
      check(automaton, secret, "\\".repeat(count) + secret);
      check(automaton, secret, "\\".repeat(2 * count) + "\\u00" + secret);
    }
  }

  @Test
  void leavesNoBackslashStandingThatEscapesWhatTakesThePlaceOfASecret() {
    var secret = "00e9beef-Live-0123";
    var automaton = Automaton.of("Bearer " + secret);
    for (int count = 1; count < 70; count++) {
      var text = "\\".repeat(count) + secret;
      for (int size = 1; size <= text.length(); size++) {
        var scan = new SecretRedactor(automaton, "key").scans().getFirst();
        var found = new ArrayList<PieceScan.Span>();
        for (int from = 0; from < text.length(); from += size) {
          found.addAll(scan.next(text.substring(from, Math.min(text.length(), from + size))));
        }
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().from() % 2).as("%d, %d: %s", count, size, found).isZero();
        assertThat(found.getFirst().to()).isEqualTo(text.length());
      }
    }
  }

  @Test
  void takesOutNoEscapeThatIsAtItsEnd() throws IOException {
    var automaton = Automaton.of("Bearer 00e9beef-Live-0123");
    assertThat(sifted(automaton, "\\u004100e9beef-Live-0123", 9))
        .isEqualTo("\\u0041[REDACTED:key]");
    assertThat(sifted(automaton, "\\u00400e9beef-Live-0123", 9)).isEqualTo("[REDACTED:key]");
  }

  @Test
  void givesOnAtOnceAllButAnEscapeThatGoesOn() {
    var sieve = new Sieve(Automaton.of("Bearer sk-Live-0123"), new byte[0]);
    var out = new ByteArrayOutputStream();
    assertThat(sieve.sift(bytes("ab\\u12"), 0, 6, out)).isEqualTo(2);
    assertThat(sieve.heldBack()).isEqualTo(4);
    assertThat(sieve.sift(bytes("\\u1234"), 0, 6, out)).isEqualTo(6);
    assertThat(sieve.heldBack()).isZero();
  }

  private static void check(Automaton automaton, String secret, String content) throws IOException {
    var document = "{\"x\":\"" + content + "\",\"y\":1}";
    assertThat(JSON.readTree(document).path("y").asInt()).as(document).isEqualTo(1);
    for (int cut = 0; cut <= bytes(document).length; cut++) {
      var sifted = sifted(automaton, document, cut);
      var as = "%s cut at %d: %s".formatted(document, cut, sifted);
      assertThat(sifted).as(as).doesNotContain(secret, json(secret)).contains("[REDACTED:key]");
      assertThat(JSON.readTree(sifted).path("y").asInt()).as(as).isEqualTo(1);
    }
  }

  /** A secret, often behind an escape that its first digits end, or a letter behind a backslash. */
  private static String escaped(Random random, String secret) {
    int own = 1 + random.nextInt(4);
    boolean hex = secret.substring(0, own).chars().allMatch(c -> HEX.indexOf(c) >= 0);
    return switch (random.nextInt(3)) {
      case 0 -> json(secret);
      case 1 -> hex ? "\\u" + text(random, HEX, 4 - own) + json(secret) : json(secret);
      default -> "bf".indexOf(secret.charAt(0)) >= 0 ? "\\" + json(secret) : json(secret);
    };
  }

  private static String atoms(Random random) {
    var atoms = new StringBuilder();
    for (int left = random.nextInt(5); left > 0; left--) {
      atoms.append(ATOMS.get(random.nextInt(ATOMS.size())));
    }
    return atoms.toString();
  }

  private static String text(Random random, String alphabet, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static String json(String text) {
    var quoted = JSON.getNodeFactory().textNode(text).toString();
    return quoted.substring(1, quoted.length() - 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What is left of a text that comes in two pieces. */
  private static String sifted(Automaton automaton, String text, int cut) throws IOException {
    var bytes = bytes(text);
    var pieces =
        new SequenceInputStream(
            new ByteArrayInputStream(bytes, 0, cut),
            new ByteArrayInputStream(bytes, cut, bytes.length - cut));
    try (var in = new SecretRedactor(automaton, "key").redact(pieces)) {
      var out = new ByteArrayOutputStream();
      in.transferTo(out);
      return out.toString(StandardCharsets.UTF_8);
    }
  }
}
