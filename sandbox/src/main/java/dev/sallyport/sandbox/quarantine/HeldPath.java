package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.quarantine.HeldLookup.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A way into held JSON: a JSON pointer ({@code /items/0/name}) or a dotted path ({@code
 * items[0].name}). A part may be the reference of a member's name.
 */
record HeldPath(List<String> parts) {
  private static final Pattern DOTTED_PART =
      Pattern.compile("\\{\\{[^{}]{1,64}\\}\\}|\\[(\\d{1,9})\\]|[^.\\[\\]]+");
  private static final int MAX_CHARS = 1_024;

  HeldPath {
    parts = List.copyOf(parts);
  }

  static HeldPath parse(String path) throws UnfitQuestionException {
    if (path.length() > MAX_CHARS) {
      throw new UnfitQuestionException("path: at most 1024 characters");
    }
    List<String> parts = new ArrayList<>();
    if (path.startsWith("/")) {
      for (var part : path.substring(1).split("/", -1)) {
        parts.add(part.replace("~1", "/").replace("~0", "~"));
      }
    } else {
      var dotted = DOTTED_PART.matcher(path.startsWith("$") ? path.substring(1) : path);
      while (dotted.find()) {
        parts.add(dotted.group(1) == null ? dotted.group() : dotted.group(1));
      }
    }
    return new HeldPath(parts);
  }

  /** What lies there. */
  Found in(Found whole, UnaryOperator<String> name) {
    var found = whole;
    for (var part : parts) {
      found = found.node().isArray() ? found.item(index(part)) : found.member(name.apply(part));
    }
    return found;
  }

  /** The place in a list that a part names; one that no list has if it names none. */
  private static int index(String part) {
    return part.length() < 10 && !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Integer.parseInt(part)
        : -1;
  }
}
