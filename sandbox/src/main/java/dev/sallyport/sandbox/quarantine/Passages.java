package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts of a held value, in which what a model says that it copied must really stand. White
 * space counts as one space, however much and of whatever sort it is.
 */
record Passages(List<Folded> texts) {
  private static final char NO_BREAK_SPACE = '\u00a0';

  Passages {
    texts = List.copyOf(texts);
  }

  static Passages of(Held held, int maxChars) {
    var texts = new ArrayList<Folded>();
    if (held.value().isTextual()) {
      texts.add(Folded.of(held.text()));
      Content.structureOf(held.text(), maxChars).ifPresent(json -> collect(json, texts));
    } else {
      collect(held.value(), texts);
    }
    return new Passages(texts);
  }

  private static void collect(JsonNode value, List<Folded> texts) {
    if (value.isContainerNode()) {
      value.fieldNames().forEachRemaining(name -> texts.add(Folded.of(name)));
      value.forEach(child -> collect(child, texts));
    } else if (!value.isNull()) {
      texts.add(Folded.of(value.asText()));
    }
  }

  /** The passage as it stands in the text, if it stands there. */
  Optional<String> find(String passage) {
    var sought = Folded.of(passage).folded();
    return sought.isEmpty()
        ? Optional.empty()
        : texts.stream().flatMap(text -> text.find(sought).stream()).findFirst();
  }

  /**
   * A text with its white space folded.
   *
   * @param starts where each character of the folded text stands in the text
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by no one
  record Folded(String text, String folded, int[] starts) {
    static Folded of(String text) {
      var folded = new StringBuilder(text.length());
      var starts = new int[text.length()];
      for (var i = 0; i < text.length(); i++) {
        var blank = isBlank(text.charAt(i));
        if (!blank || (!folded.isEmpty() && folded.charAt(folded.length() - 1) != ' ')) {
          starts[folded.length()] = i;
          folded.append(blank ? ' ' : text.charAt(i));
        }
      }
      if (!folded.isEmpty() && folded.charAt(folded.length() - 1) == ' ') {
        folded.setLength(folded.length() - 1);
      }
      return new Folded(text, folded.toString(), starts);
    }

    Optional<String> find(String sought) {
      var from = folded.indexOf(sought);
      return from < 0
          ? Optional.empty()
          : Optional.of(text.substring(starts[from], starts[from + sought.length() - 1] + 1));
    }

    private static boolean isBlank(char c) {
      return Character.isWhitespace(c) || c == NO_BREAK_SPACE;
    }
  }
}
