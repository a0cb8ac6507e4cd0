package dev.sallyport.sandbox.quarantine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be picked out of a text without reading it: by patterns that are fixed. */
public enum Pick implements ToolArguments.Word {
  EMAIL(Kind.ADDRESS, "[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,8}"),
  URL(Kind.URL, "(?i)https?://[^\\s<>\"')\\]]{1,2000}"),
  IBAN(Kind.IDENTIFIER, "\\b[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}\\b"),
  UUID(Kind.IDENTIFIER, "\\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b"),
  DATE(
      Kind.DATE,
      "\\b\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?"
          + "(?:Z|[+-]\\d{2}:?\\d{2})?)?"),
  NUMBER(Kind.NUMBER, "(?<![\\w.])-?\\d{1,15}(?:\\.\\d{1,6})?(?![\\w])"),
  CODE(Kind.IDENTIFIER, "\\b(?=[A-Za-z0-9_-]*\\d)[A-Za-z0-9][A-Za-z0-9_-]{2,63}\\b"),
  VERSION(Kind.IDENTIFIER, "\\bv?\\d{1,6}(?:\\.\\d{1,6}){1,3}(?:-[A-Za-z0-9.]{1,32})?\\b"),
  SITE(
      Kind.URL,
      "(?<![\\w@./-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.){1,8}[A-Za-z]{2,24}"
          + "(?:/[\\w%&=?#~+./-]{0,1000})?(?<![.])(?![\\w@])"),
  TIME(Kind.DATE, "(?<![\\d:])\\d{1,2}:\\d{2}(?::\\d{2})?(?![\\d:])"),
  PHONE(
      Kind.IDENTIFIER,
      "(?<![\\w.-])(?!\\d{4}-\\d{2}-\\d{2})\\+?\\(?\\d{1,4}\\)?(?:["
          + " ./-]?\\(?\\d{2,4}\\)?){2,6}(?![\\w-])"),
  MONEY(
      Kind.NUMBER,
      "(?:[$€£¥] ?|\\b[A-Z]{3} )\\d{1,12}(?:[.,'"
          + " ]\\d{3}){0,4}(?:[.,]\\d{1,2})?\\b|(?<![\\w.,])\\d{1,12}(?:[.,'"
          + " ]\\d{3}){0,4}(?:[.,]\\d{1,2})?(?: ?[$€£¥]| [A-Z]{3}\\b)"),
  NAME(
      Kind.TEXT,
      "(?<![\\p{L}\\p{N}])(?:\\p{Lu}[\\p{L}\\p{N}'’-]{0,63}|\\d{1,6})"
          + "(?: (?:\\p{Lu}[\\p{L}\\p{N}'’-]{0,63}|\\d{1,6})){0,7}(?![\\p{L}\\p{N}])"),
  QUOTED(
      Kind.TEXT,
      "\"([^\"\\r\\n]{1,1000})\"|“([^“”\\r\\n]{1,1000})”"
          + "|(?<![\\p{L}\\p{N}])'([^'\\r\\n]{1,1000})'"),
  VALUE(
      Kind.TEXT,
      "(?m)^[ \\t*-]{0,16}[^:\\r\\n]{1,64}:[ \\t]{1,16}"
          + "['\"]?([^\\s'\"][^\\r\\n]{0,1999}?)['\"]?[ \\t]{0,16}$"),
  ITEM(
      Kind.TEXT,
      "(?m)^[ \\t]{0,16}(?:[-*•]|\\d{1,3}[.)])[ \\t]{1,16}(\\S[^\\r\\n]{0,1999}?)[ \\t]{0,16}$"),
  PART(Kind.TEXT, "[^\\s,;|()](?:[^,;|()\\t\\r\\n]{0,499}[^\\s,;|()])?"),
  TERM(Kind.TEXT, "[\\p{L}\\p{N}]{1,64}(?:[-_.'’/@+:#][\\p{L}\\p{N}]{1,64}){0,16}"),
  WORD(Kind.IDENTIFIER, "\\S{1,64}"),
  LINE(Kind.TEXT, "[^\\r\\n]{1,2000}");

  /** The most of one sort that are found in one text. */
  public static final int MOST = 200;

  private final Kind kind;
  private final Pattern pattern;

  Pick(Kind kind, String pattern) {
    this.kind = kind;
    this.pattern = Pattern.compile(pattern);
  }

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a reference says of what was picked. */
  Kind kind() {
    return kind;
  }

  /** All of it in a text, in order, at most {@value #MOST}. */
  public List<String> in(String text) {
    var all = new ArrayList<String>();
    var found = pattern.matcher(text);
    while (all.size() < MOST && found.find()) {
      all.add(inner(found));
    }
    return all;
  }

  /** What stands between marks, if the pattern has some around what it picks. */
  private static String inner(Matcher found) {
    for (int group = 1; group <= found.groupCount(); group++) {
      if (found.group(group) != null) {
        return found.group(group);
      }
    }
    return found.group();
  }
}
