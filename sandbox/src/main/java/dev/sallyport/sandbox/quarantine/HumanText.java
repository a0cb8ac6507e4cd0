package dev.sallyport.sandbox.quarantine;

import java.util.regex.Pattern;

/**
 * Makes untrusted text safe to display to a person: in a terminal, in Markdown and in HTML.
 *
 * <p>Terminal control sequences and characters that cannot be seen are dropped, images and raw HTML
 * are removed, and links are broken so that they are text. What the text says is not judged.
 */
public final class HumanText {
  private static final Pattern TERMINAL =
      Pattern.compile(
          "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]"
              + "|(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[^\\x07\\x1b\\x9c\\n]*+"
              + "(?:\\x07|\\x1b\\\\|\\x9c)?"
              + "|\\x1b[ -/]*[0-~]?");
  private static final Pattern ESCAPED_TERMINAL =
      Pattern.compile(
          "\\\\(?:x1[bB]|u001[bB]|u\\{1[bB]\\}|033|e)(?:\\[[0-?]{0,32}[ -/]{0,4}[@-~]?|\\])?");
  private static final Pattern IMAGE =
      Pattern.compile("!\\[[^\\[\\]]{0,500}\\](?:\\([^()]{0,2000}\\)|\\[[^\\[\\]]{0,500}\\])");
  private static final Pattern HTML =
      Pattern.compile("<(?:!--[^>]{0,2000}--|[/!?]?[A-Za-z][^<>]{0,2000})>");

  private HumanText() {}

  /** The text without anything that acts when it is displayed. */
  public static String sanitise(String text) {
    var plain = text.replace("\r\n", "\n");
    plain = TERMINAL.matcher(plain).replaceAll("");
    plain = visible(plain);
    plain = IMAGE.matcher(plain).replaceAll("[image removed]");
    plain = HTML.matcher(plain).replaceAll("");
    // Last, and with a space in its place: what stood around it must not make up another one.
    plain = ESCAPED_TERMINAL.matcher(plain).replaceAll(" ");
    return disarm(plain);
  }

  /** Breaks whatever is left of Markdown and HTML that would act, and of our own marks. */
  private static String disarm(String text) {
    return text.replace('⟦', '[')
        .replace('⟧', ']')
        .replace("![", "! [")
        .replace("](", "] (")
        .replace("][", "] [")
        .replace("]:", "] :")
        .replace('<', '‹')
        .replace('>', '›');
  }

  private static String visible(String text) {
    var visible = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == 0x2028 || c == 0x2029 ? '\n' : c)
        .filter(HumanText::isVisible)
        .forEach(visible::appendCodePoint);
    return visible.toString();
  }

  private static boolean isVisible(int c) {
    if (c == '\n' || c == '\t') {
      return true;
    }
    if (isVariationSelector(c) || isBlankLetter(c)) {
      return false;
    }
    return switch ((byte) Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static boolean isVariationSelector(int c) {
    return (c >= 0xFE00 && c <= 0xFE0F)
        || (c >= 0xE0100 && c <= 0xE01EF)
        || (c >= 0x180B && c <= 0x180F);
  }

  private static boolean isBlankLetter(int c) {
    return c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2800;
  }
}
