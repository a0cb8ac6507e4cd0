package dev.sallyport.vault.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The encodings that a secret is looked for in. */
final class Forms {
  /** The longest secret that is also looked for in the rarer forms, each of which costs memory. */
  static final int MAX_THOROUGH = 256;

  /** The shortest part of a secret that is looked for by itself. */
  static final int MIN_PART = 8;

  /** How much base64 must have been seen before a line break in it is waited for. */
  private static final int BASE64_LINE = 16;

  /** How long the lines of a PEM file are. Source: RFC 7468, section 2. */
  private static final int PEM_LINE = 64;

  private static final HexFormat HEX = HexFormat.of();
  private static final List<String> BREAKS = List.of("\n", "\r\n", "\\n", "\\r\\n", " ");
  private static final List<String> SPACERS = List.of(" ", "-", "_", ".", ",", "|", "\t");
  private static final List<String> HEX_SPACERS = List.of("", ":", " ", "-", ",");

  private final Graph graph = new Graph();

  private Forms() {}

  /** All ways to write the secrets of a header's or variable's value. */
  static Graph of(String value) {
    var forms = new Forms();
    for (var secret : secrets(value)) {
      forms.add(secret);
    }
    return forms.graph;
  }

  /**
   * What of a value is secret: without a scheme such as {@code Bearer}; for {@code Basic}, also
   * what it encodes, and the password by itself.
   */
  static Set<String> secrets(String value) {
    var found = new LinkedHashSet<String>();
    int space = value.indexOf(' ');
    boolean hasScheme = space > 0 && value.substring(0, space).chars().allMatch(Forms::isLetter);
    var token = hasScheme ? value.substring(space + 1).strip() : value;
    if (token.length() < MIN_PART) {
      found.add(value);
      return found;
    }
    found.add(withoutEnd(token));
    if (hasScheme && value.substring(0, space).equalsIgnoreCase("basic")) {
      found.addAll(passwords(token));
    }
    return found;
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static List<String> passwords(String token) {
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      return List.of();
    }
    var found = new ArrayList<String>();
    var pair = new String(decoded, StandardCharsets.ISO_8859_1);
    for (var part : List.of(pair, pair.substring(pair.indexOf(':') + 1))) {
      if (part.length() >= MIN_PART && part.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
        found.add(withoutEnd(part));
      }
    }
    return found;
  }

  /**
   * Without the backslashes at its end, as far as {@value #MIN_PART} characters are left. JSON
   * writes each as two, of which only the first would be taken out, and the other would escape what
   * follows it.
   */
  private static String withoutEnd(String secret) {
    int end = secret.length();
    while (end > MIN_PART && secret.charAt(end - 1) == '\\') {
      end--;
    }
    return secret.substring(0, end);
  }

  private void add(String secret) {
    boolean thorough = secret.length() <= MAX_THOROUGH;
    addCharacters(secret);
    addReversed(secret);
    addHex(secret, thorough ? HEX_SPACERS : List.of(""));
    for (int alignment = 0; alignment < 3; alignment++) {
      addBase64(secret, alignment, thorough);
    }
    if (thorough) {
      addSpaced(secret);
      addRotated(secret);
    } else if (secret.chars().allMatch(Forms::isBase64)) {
      addLines(secret);
    }
  }

  private static boolean isBase64(int c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
  }

  /** A key as it stands in a PEM file. */
  private void addLines(String digits) {
    var spellings = new ArrayList<List<String>>();
    for (int i = 0; i < digits.length(); i++) {
      var plain = Spellings.base64(digits.charAt(i));
      var texts = new ArrayList<>(plain);
      if (i > 0 && i % PEM_LINE == 0) {
        BREAKS.forEach(lineBreak -> plain.forEach(digit -> texts.add(lineBreak + digit)));
      }
      spellings.add(texts);
    }
    chain(spellings);
  }

  private void addCharacters(String secret) {
    var spellings = new ArrayList<List<String>>();
    secret.chars().forEach(c -> spellings.add(Spellings.of((char) c)));
    chain(spellings);
  }

  private void addReversed(String secret) {
    var spellings = new ArrayList<List<String>>();
    var reversed = withoutEnd(new StringBuilder(secret).reverse().toString());
    reversed.chars().forEach(c -> spellings.add(Spellings.carried((char) c)));
    chain(spellings);
  }

  private void addHex(String secret, List<String> spacers) {
    var spellings = new ArrayList<List<String>>();
    for (int i = 0; i < secret.length(); i++) {
      var digits = HEX.toHexDigits((byte) secret.charAt(i));
      var texts = new ArrayList<String>();
      for (var spacer : i == 0 ? List.of("") : spacers) {
        texts.add(spacer + digits);
        texts.add(spacer + digits.toUpperCase(Locale.ROOT));
      }
      spellings.add(texts);
    }
    chain(spellings);
  }

  /** The digits that hold nothing but the secret, whatever stands before and behind it. */
  private void addBase64(String secret, int alignment, boolean broken) {
    var bytes = new byte[alignment + secret.length()];
    System.arraycopy(
        secret.getBytes(StandardCharsets.US_ASCII), 0, bytes, alignment, secret.length());
    var digits = Base64.getEncoder().encodeToString(bytes);
    int from = (8 * alignment + 5) / 6;
    int to = 8 * bytes.length / 6;
    var spellings = new ArrayList<List<String>>();
    for (int i = from; i < to; i++) {
      var plain = Spellings.base64(digits.charAt(i));
      var texts = new ArrayList<>(plain);
      if (broken && i - from >= BASE64_LINE) {
        for (var lineBreak : BREAKS) {
          plain.forEach(digit -> texts.add(lineBreak + digit));
        }
      }
      spellings.add(texts);
    }
    chain(spellings);
  }

  private void addSpaced(String secret) {
    var spellings = new ArrayList<List<String>>();
    for (int i = 0; i < secret.length(); i++) {
      var texts = new ArrayList<String>();
      for (var spacer : i == 0 ? List.of("") : SPACERS) {
        Spellings.carried(secret.charAt(i)).forEach(c -> texts.add(spacer + c));
      }
      spellings.add(texts);
    }
    chain(spellings);
  }

  private void addRotated(String secret) {
    var spellings = new ArrayList<List<String>>();
    secret.chars().forEach(c -> spellings.add(Spellings.exactlyCarried(rotated((char) c))));
    chain(spellings);
  }

  private static char rotated(char c) {
    if (!isLetter(c)) {
      return c;
    }
    int first = c >= 'a' ? 'a' : 'A';
    return (char) ((c - first + 13) % 26 + first);
  }

  private void chain(List<? extends List<String>> spellings) {
    int node = Graph.START;
    for (int i = 0; i < spellings.size(); i++) {
      int next = i + 1 == spellings.size() ? Graph.END : graph.addNode();
      graph.join(node, next, spellings.get(i));
      node = next;
    }
  }
}
