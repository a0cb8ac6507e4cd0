package dev.sallyport.mcp.definition;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/**
 * Tells whether a person who reads a text sees all of it. A model reads also what has no glyph, so
 * that whoever approves a text could approve something else than was read.
 *
 * <p>Joiners and variation selectors are taken where writing needs them: within an emoji, between
 * letters of scripts that join, and behind what has variants. Source: Unicode 16, chapters 9, 12
 * and 23; UTS 51.
 */
public final class VisibleText {
  private static final int NON_JOINER = 0x200c;
  private static final int JOINER = 0x200d;

  /** Fillers, blanks and marks without a glyph whose general category does not say so. */
  private static final Set<Integer> BLANKS =
      Set.of(0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0);

  private static final Set<UnicodeScript> JOINING =
      EnumSet.of(
          UnicodeScript.ARABIC,
          UnicodeScript.SYRIAC,
          UnicodeScript.DEVANAGARI,
          UnicodeScript.BENGALI,
          UnicodeScript.GURMUKHI,
          UnicodeScript.GUJARATI,
          UnicodeScript.ORIYA,
          UnicodeScript.TAMIL,
          UnicodeScript.TELUGU,
          UnicodeScript.KANNADA,
          UnicodeScript.MALAYALAM,
          UnicodeScript.SINHALA,
          UnicodeScript.TIBETAN,
          UnicodeScript.MYANMAR,
          UnicodeScript.KHMER);

  private VisibleText() {}

  /** Whether it holds anything that is not seen. */
  public static boolean hides(String text) {
    int before = -1;
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      int after = at < text.length() ? text.codePointAt(at) : -1;
      if (isHidden(before, c, after)) {
        return true;
      }
      before = c;
    }
    return false;
  }

  private static boolean isHidden(int before, int c, int after) {
    if (c == JOINER) {
      return !(joins(before) && joins(after)) && !(isEmoji(before) && isPicture(after));
    }
    if (c == NON_JOINER) {
      return !(joins(before) && joins(after));
    }
    if (isSelector(c)) {
      return !selects(before, c);
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\n' && c != '\r' && c != '\t';
      case Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> BLANKS.contains(c) || isExtraSelector(c);
    };
  }

  private static boolean joins(int c) {
    return c >= 0
        && JOINING.contains(UnicodeScript.of(c))
        && (Character.isLetter(c) || isMark(Character.getType(c)));
  }

  private static boolean isMark(int type) {
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  /** What a joiner may follow within an emoji. */
  private static boolean isEmoji(int c) {
    return isPicture(c) || c == 0xfe0f || (c >= 0 && Character.isEmojiModifier(c));
  }

  private static boolean isPicture(int c) {
    return c >= 0 && Character.isExtendedPictographic(c);
  }

  private static boolean isSelector(int c) {
    return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x180b && c <= 0x180d) || c == 0x180f;
  }

  /** Whether a selector stands where one makes a difference that can be seen. */
  private static boolean selects(int before, int c) {
    if (before < 0) {
      return false;
    }
    if (c < 0xfe00) {
      return UnicodeScript.of(before) == UnicodeScript.MONGOLIAN;
    }
    if (c >= 0xfe0e) {
      return Character.isEmoji(before) || isPicture(before);
    }
    return c <= 0xfe02
        && (Character.isIdeographic(before) || Character.getType(before) == Character.MATH_SYMBOL);
  }

  /** Selectors of which only some fonts know what they do. */
  private static boolean isExtraSelector(int c) {
    return c >= 0xe0100 && c <= 0xe01ef;
  }
}
