package dev.sallyport.mcp.definition;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which texts look alike: those that have one skeleton. It knows the letters of other scripts, and
 * odd ones of the Latin script, that look like those of ASCII; forms that are the same letter in
 * another width or style; and zero, one and the like.
 *
 * <p>Source: UTS 39, section 4, with a table that is cut to what looks like ASCII.
 */
public final class Confusables {
  /** The first of each is what the others look like. */
  private static final List<String> TABLE =
      List.of(
          "a\u0251\u0391\u03b1\u0410\u0430\u13aa\u1d00\ua4ee",
          "b\u0299\u0392\u0412\u042c\u044c\u13cf\u13f4\ua4d0",
          "c\u03f2\u03f9\u0421\u0441\u13df\u1d04\ua4da",
          "d\u0500\u0501\u13a0\u13e7\u1d05\ua4d3",
          "e\u0395\u0415\u0435\u13ac\u1d07\ua4f0",
          "f\ua4dd",
          "g\u0261\u0262\u050c\u0581\u13c0\u13fb\ua4d6",
          "h\u029c\u0397\u041d\u04bb\u0570\u13bb\u13c2\ua4e7",
          "i\u0131\u0269\u026a\u03b9\u0456\u13a5",
          "j\u03f3\u0408\u0458\u0575\u13ab\u1d0a\ua4d9",
          "k\u039a\u03ba\u041a\u13e6\u1d0b\ua4d7",
          "l\u01c0\u029f\u0399\u0406\u04c0\u04cf\u053c\u13de\ua4e1\ua4f2",
          "m\u039c\u041c\u13b7\u1d0d\ua4df",
          "n\u0274\u039d\u054c\u0578\ua4e0",
          "o\u039f\u03bf\u03c3\u041e\u043e\u0555\u0585\u1d0f\ua4f3",
          "p\u03a1\u03c1\u03f1\u0420\u0440\u13e2\u1d18\ua4d1",
          "q\u051a\u051b\u0566",
          "r\u0280\u13a1\u13d2\ua4e3",
          "s\u01a8\u0405\u0455\u054f\u13d5\u13da\ua4e2\ua731",
          "t\u03a4\u0422\u13a2\u1d1b\ua4d4",
          "u\u03c5\u054d\u057d\u1d1c\ua4f4",
          "v\u03bd\u0474\u0475\u13d9\u1d20\ua4e6",
          "w\u051c\u051d\u0561\u13b3\u13d4\u1d21\ua4ea",
          "x\u03a7\u03c7\u0425\u0445\ua4eb",
          "y\u028f\u03a5\u03b3\u0423\u0443\u04ae\ua4ec",
          "z\u0396\u13c3\u1d22\ua4dc");

  private static final Map<Integer, Integer> LOOKS = looks();

  private Confusables() {}

  /** What a text looks like, in small plain letters as far as it does. */
  public static String skeleton(String text) {
    var skeleton = new StringBuilder(text.length());
    Normalizer.normalize(text, Form.NFKC)
        .codePoints()
        .forEach(c -> skeleton.appendCodePoint(LOOKS.getOrDefault(c, c)));
    return skeleton
        .toString()
        .replace('I', 'l')
        .toLowerCase(Locale.ROOT)
        .replace('0', 'o')
        .replace('1', 'l')
        .replace('|', 'l')
        .replace("rn", "m")
        .replace("vv", "w");
  }

  /**
   * Whether a text passes for plain ASCII and is not: all of it that is not ASCII looks like it, or
   * is it in another width or style.
   */
  public static boolean passesForAscii(String text) {
    return !isAscii(text)
        && Normalizer.normalize(text, Form.NFKC)
            .codePoints()
            .allMatch(c -> c < 0x80 || LOOKS.containsKey(c));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static Map<Integer, Integer> looks() {
    var looks = new HashMap<Integer, Integer>();
    for (var row : TABLE) {
      row.codePoints().skip(1).forEach(c -> looks.put(c, row.codePointAt(0)));
    }
    return Map.copyOf(looks);
  }
}
