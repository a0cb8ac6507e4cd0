package dev.sallyport.it;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A secret that is looked for everywhere.
 *
 * @param name what it is the secret of
 */
record Canary(String name, String value) {
  private static final int BASE64_GROUP = 3;

  /** Every spelling in which it is looked for, by the spelling's name. */
  Map<String, String> spellings() {
    var all = new LinkedHashMap<String, String>();
    all.put("plain", value);
    all.put("reversed", new StringBuilder(value).reverse().toString());
    all.put("hexadecimal", HexFormat.of().formatHex(bytes(value)));
    all.put("URL", url(false));
    all.put("URL, every character", url(true));
    all.put("JSON", value.replace("\\", "\\\\").replace("\"", "\\\""));
    all.put("JSON, slashes too", all.get("JSON").replace("/", "\\/"));
    all.put("JSON, every character", everyCharacter("\\u00%02x"));
    for (int before = 0; before < BASE64_GROUP; before++) {
      all.put("base64 after " + before, base64(Base64.getEncoder(), before));
      all.put("base64url after " + before, base64(Base64.getUrlEncoder(), before));
    }
    var seen = new HashSet<String>();
    all.values().removeIf(spelling -> !seen.add(spelling)); // of plain letters many are the same
    return all;
  }

  /** The secret in all of these ways, as one who has it would tell it. */
  String told() {
    var told = new ArrayList<String>();
    spellings()
        .forEach((name, spelling) -> {
          if (!name.startsWith("base64")) {
            told.add(spelling);
          }
        });
    for (int before = 0; before < BASE64_GROUP; before++) {
      told.add(encoded(Base64.getEncoder(), before, "more"));
      told.add(encoded(Base64.getUrlEncoder(), before, "more"));
    }
    return String.join(" ", told);
  }

  /** The digits that the secret alone determines, so many bytes after the start of a group. */
  private String base64(Base64.Encoder encoder, int before) {
    var encoded = encoded(encoder, before, "");
    int ownDigits = (before + value.length()) / BASE64_GROUP * 4;
    return encoded.substring(before == 0 ? 0 : before + 1, ownDigits);
  }

  private String encoded(Base64.Encoder encoder, int before, String after) {
    return encoder.withoutPadding().encodeToString(bytes("x".repeat(before) + value + after));
  }

  private String url(boolean everything) {
    var text = new StringBuilder();
    value
        .chars()
        .forEach(c -> {
          boolean plain = Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0;
          text.append(plain && !everything ? Character.toString(c) : "%%%02x".formatted(c));
        });
    return text.toString();
  }

  private String everyCharacter(String format) {
    var text = new StringBuilder();
    value.chars().forEach(c -> text.append(format.formatted(c)));
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Where a text in lower case holds each spelling that it holds, by the spelling's name. */
  Map<String, Integer> in(String lowerCaseText) {
    var found = new LinkedHashMap<String, Integer>();
    spellings()
        .forEach((name, spelling) -> {
          int at = lowerCaseText.indexOf(spelling.toLowerCase(Locale.ROOT));
          if (at >= 0) {
            found.put(name, at);
          }
        });
    return found;
  }

  @Override
  public String toString() {
    return name;
  }
}
