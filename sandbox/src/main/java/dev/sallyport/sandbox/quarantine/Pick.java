package dev.sallyport.sandbox.quarantine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What can be picked out of a text without reading it. */
enum Pick implements ToolArguments.Word {
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
  WORD(Kind.IDENTIFIER, "\\S{1,64}"),
  LINE(Kind.TEXT, "[^\\r\\n]{1,2000}");

  /** The most of one sort that are found in one text. */
  static final int MOST = 200;

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
  List<String> in(String text) {
    var all = new ArrayList<String>();
    var found = pattern.matcher(text);
    while (all.size() < MOST && found.find()) {
      all.add(found.group());
    }
    return all;
  }
}
