package dev.sallyport.gateway.config;

import java.util.Arrays;
import java.util.List;

/**
 * A value that was given for a key, and where.
 *
 * @param text the value as one text
 * @param parts the value as a list
 * @param list whether it was written as a list
 */
record Setting(String text, List<String> parts, boolean list, String source) {
  Setting {
    parts = List.copyOf(parts);
  }

  /** A setting from a text, in which commas part the values if the key takes a list. */
  static Setting ofText(String text, String source) {
    var parts =
        Arrays.stream(text.split(",", -1)).map(String::strip).filter(part -> !part.isEmpty());
    return new Setting(text.strip(), parts.toList(), false, source);
  }

  static Setting ofList(List<String> parts, String source) {
    return new Setting(String.join(", ", parts), parts, true, source);
  }
}
