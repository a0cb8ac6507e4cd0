package dev.sallyport.identity.uri;

import dev.sallyport.identity.text.Unseen;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** A part of a URI, with the characters that mean the same escaped and not escaped. */
final class UriText {
  static final UriText AUTHORITY =
      new UriText(
          UriText::isUnreserved, c -> isUnreserved(c) || "!$&'()*+,;=:@[]".indexOf(c) >= 0, false);
  static final UriText PATH =
      new UriText(UriText::isPathCharacter, c -> isPathCharacter(c) || c == '/', true);
  static final UriText QUERY =
      new UriText(
          UriText::isQueryCharacter, c -> isQueryCharacter(c) || "&=+;".indexOf(c) >= 0, true);

  private static final Pattern ESCAPES = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");
  private static final Pattern ESCAPED_TWICE = Pattern.compile("%25[0-9A-Fa-f]{2}");
  private static final Set<String> DIVIDERS = Set.of("/", "\\", "%", ".", "..");

  /** Those that look like a slash, and that no normal form makes one. */
  private static final String SLASHES = "\u2044\u2215\u2216\u29f5\u29f8\u29f9";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** Those that are written plainly if they come escaped. */
  private final IntPredicate plain;

  /** Those that may stand there as they are. */
  private final IntPredicate allowed;

  /** Whether others may stand there escaped. */
  private final boolean escapes;

  private UriText(IntPredicate plain, IntPredicate allowed, boolean escapes) {
    this.plain = plain;
    this.allowed = allowed;
    this.escapes = escapes;
  }

  /** The one form of a text; empty if it has none. */
  Optional<String> form(String text) {
    return text.chars().allMatch(allowed) ? Optional.of(text) : formOf(text);
  }

  private Optional<String> formOf(String text) {
    var wide = new StringBuilder(text.length());
    int at = 0;
    var escapes = ESCAPES.matcher(text);
    while (escapes.find()) {
      if (!appendRaw(wide, text, at, escapes.start()) || !appendEscaped(wide, escapes.group())) {
        return Optional.empty();
      }
      at = escapes.end();
    }
    if (!appendRaw(wide, text, at, text.length()) || ESCAPED_TWICE.matcher(wide).find()) {
      return Optional.empty();
    }
    return Optional.of(narrow(Normalizer.normalize(wide, Normalizer.Form.NFC)));
  }

  private boolean appendRaw(StringBuilder wide, String text, int from, int to) {
    int at = from;
    while (at < to) {
      int c = text.codePointAt(at);
      if (c == '%' || c == '\\' || !isClear(c)) {
        return false;
      }
      if (c < 0x80 && !escapes && !allowed.test(c)) {
        return false;
      }
      wide.appendCodePoint(c);
      at += Character.charCount(c);
    }
    return true;
  }

  private boolean appendEscaped(StringBuilder wide, String escapes) {
    String text;
    try {
      var bytes = HexFormat.of().parseHex(escapes.replace("%", ""));
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return false;
    }
    return text.codePoints().allMatch(c -> appendUnescaped(wide, c));
  }

  private boolean appendUnescaped(StringBuilder wide, int c) {
    if (c == '\\' || (c == '/' && this != QUERY) || !isClear(c)) {
      return false;
    }
    if (c >= 0x80 || plain.test(c)) {
      wide.appendCodePoint(c);
      return true;
    }
    escape(wide, c);
    return escapes;
  }

  /** With all escaped that may not stand there as it is. */
  private String narrow(String wide) {
    var narrow = new StringBuilder(wide.length());
    wide.codePoints()
        .forEach(c -> {
          if (c == '%' || (c < 0x80 && allowed.test(c))) {
            narrow.append((char) c);
          } else {
            escape(narrow, c);
          }
        });
    return narrow.toString();
  }

  private static void escape(StringBuilder to, int c) {
    for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
      to.append('%').append(HEX.toHexDigits(b));
    }
  }

  /** Whether a character is seen, and does not pass for one that divides. */
  private static boolean isClear(int c) {
    return !Unseen.is(c) && (c < 0x80 || !passesForADivider(c));
  }

  private static boolean passesForADivider(int c) {
    return SLASHES.indexOf(c) >= 0
        || DIVIDERS.contains(Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC));
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  private static boolean isPathCharacter(int c) {
    return isUnreserved(c) || "!$&'()*+,;=:@".indexOf(c) >= 0;
  }

  private static boolean isQueryCharacter(int c) {
    return isUnreserved(c) || "!$'()*,:@/?".indexOf(c) >= 0;
  }
}
