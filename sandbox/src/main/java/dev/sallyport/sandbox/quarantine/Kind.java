package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.contract.FieldKind;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a held value is: all that a reference says about it. Of a text it is what an approved schema
 * says, whatever the text is.
 */
public enum Kind {
  /** Any text. */
  TEXT("txt"),
  /** An e-mail address. */
  ADDRESS("addr"),
  /** An absolute http or https URL. */
  URL("url"),
  /** One word of letters, digits and {@code _ . : -}. */
  IDENTIFIER("ident"),
  /** A date or a time as ISO 8601 writes it. */
  DATE("date"),
  /** A number that may not be shown. */
  NUMBER("num"),
  /** The name of a member, chosen by the server. */
  KEY("key"),
  /** An object or array that may not be shown. */
  JSON("json"),
  /** Bytes, or content that is too large to look into. */
  BLOB("blob"),
  /** Anything: the budget for saying more was spent. */
  VALUE("val");

  private static final int LONGEST_CLASSIFIED = 2_048;
  private static final int LONGEST_IDENTIFIER = 64;
  private static final Pattern ADDRESS_FORM =
      Pattern.compile("[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,8}");
  private static final Pattern URL_FORM = Pattern.compile("(?i)https?://[^\\s<>\"]{1,2000}");
  private static final Pattern DATE_FORM =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}"
              + "(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?");
  private static final Map<String, Kind> BY_SHORT_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Kind::shortName, k -> k));

  private final String shortName;

  Kind(String shortName) {
    this.shortName = shortName;
  }

  /** The name inside a reference, such as {@code txt}. */
  public String shortName() {
    return shortName;
  }

  /** The one that is agreed on. */
  static Kind of(FieldKind kind) {
    return switch (kind) {
      case TEXT -> TEXT;
      case IDENT -> IDENTIFIER;
      case ADDR -> ADDRESS;
      case URL -> URL;
      case DATE -> DATE;
      case JSON -> JSON;
      case BLOB -> BLOB;
      case NUMBER -> NUMBER;
    };
  }

  /** What a text looks like, by its form. */
  static Kind of(String text) {
    if (text.length() > LONGEST_CLASSIFIED) {
      return TEXT;
    }
    if (mayBeDate(text) && DATE_FORM.matcher(text).matches()) {
      return DATE;
    }
    if (isIdentifier(text)) {
      return IDENTIFIER;
    }
    if (text.indexOf('@') > 0 && ADDRESS_FORM.matcher(text).matches()) {
      return ADDRESS;
    }
    boolean mayBeUrl = text.regionMatches(true, 0, "http", 0, 4);
    return mayBeUrl && URL_FORM.matcher(text).matches() ? URL : TEXT;
  }

  private static boolean mayBeDate(String text) {
    return text.length() >= 10 && text.charAt(4) == '-' && text.charAt(7) == '-';
  }

  private static boolean isIdentifier(String text) {
    if (text.isEmpty() || text.length() > LONGEST_IDENTIFIER) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fits =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "_.:-".indexOf(c) >= 0;
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  static Kind ofShortName(String name) {
    var kind = BY_SHORT_NAME.get(name);
    if (kind == null) {
      throw new IllegalArgumentException("no kind of that name");
    }
    return kind;
  }

  static String shortNamesAlternated() {
    return Arrays.stream(values()).map(Kind::shortName).collect(Collectors.joining("|"));
  }
}
