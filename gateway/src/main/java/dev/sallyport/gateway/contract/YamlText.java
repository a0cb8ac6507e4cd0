package dev.sallyport.gateway.contract;

import java.util.Collection;
import java.util.stream.Collectors;

/** How foreign words are written into YAML: as one quoted scalar of plain ASCII, whatever it is. */
final class YamlText {
  private static final int FIRST_VISIBLE = 0x20;
  private static final int LAST_VISIBLE = 0x7e;

  private YamlText() {}

  /** A word in double quotes. */
  static String quoted(String word) {
    var text = new StringBuilder("\"");
    for (var i = 0; i < word.length(); i++) {
      var c = word.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c >= FIRST_VISIBLE && c <= LAST_VISIBLE) {
        text.append(c);
      } else {
        text.append("\\u%04x".formatted((int) c));
      }
    }
    return text.append('"').toString();
  }

  /** Words in double quotes, in a list. */
  static String list(Collection<String> words) {
    return words.stream().map(YamlText::quoted).collect(Collectors.joining(", ", "[", "]"));
  }
}
