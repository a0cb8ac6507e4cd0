package dev.sallyport.mcp.definition;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which scripts stand together in one word.
 *
 * <p>Source: UTS 39, section 5.2, "highly restrictive", word by word.
 */
public final class Scripts {
  private static final List<Set<UnicodeScript>> TOGETHER =
      List.of(
          EnumSet.of(
              UnicodeScript.LATIN,
              UnicodeScript.HAN,
              UnicodeScript.HIRAGANA,
              UnicodeScript.KATAKANA),
          EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.BOPOMOFO),
          EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.HANGUL));

  private Scripts() {}

  /** Whether any word of a text has letters of scripts that no writing puts together. */
  public static boolean mixes(String text) {
    var word = EnumSet.noneOf(UnicodeScript.class);
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int c = text.codePointAt(at);
      if (!Character.isLetterOrDigit(c) && !isMark(c)) {
        word.clear();
        continue;
      }
      var script = UnicodeScript.of(c);
      if (script != UnicodeScript.COMMON && script != UnicodeScript.INHERITED) {
        word.add(script);
        if (word.size() > 1 && TOGETHER.stream().noneMatch(set -> set.containsAll(word))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }
}
