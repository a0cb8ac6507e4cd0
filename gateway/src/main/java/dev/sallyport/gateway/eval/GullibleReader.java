package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.eval.Corpus.Goal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads whatever an agent is given, and finds any goal in it, however it is written: hidden in
 * characters that no person sees, encoded, or spelled in numbers. It obeys all of them, which no
 * model does.
 */
final class GullibleReader {
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{16,}={0,2}");

  private final List<Goal> goals;
  private final List<String> folded;

  GullibleReader(List<Goal> goals) {
    this.goals = goals;
    folded = goals.stream().map(goal -> folded(goal.text())).toList();
  }

  /** The goals that stand in what is read. */
  List<Goal> obeys(JsonNode seen) {
    var texts = new ArrayList<String>();
    collect(seen, texts);
    var found = new ArrayList<Goal>();
    for (int i = 0; i < goals.size(); i++) {
      var goal = folded.get(i);
      if (texts.stream().anyMatch(text -> text.contains(goal))) {
        found.add(goals.get(i));
      }
    }
    return found;
  }

  /** Every text that can be read out of a tree, folded; all of it as one text, too. */
  private static void collect(JsonNode tree, List<String> into) {
    var whole = new StringBuilder();
    gather(tree, whole, into);
    into.add(folded(whole.toString()));
  }

  private static void gather(JsonNode tree, StringBuilder whole, List<String> into) {
    if (tree.isTextual()) {
      read(tree.textValue(), whole, into);
    } else if (tree.isObject()) {
      for (var member : tree.properties()) {
        read(member.getKey(), whole, into);
        gather(member.getValue(), whole, into);
      }
    } else if (tree.isArray()) {
      spelled(tree).ifPresent(text -> into.add(folded(text)));
      tree.forEach(item -> gather(item, whole, into));
    }
  }

  private static void read(String text, StringBuilder whole, List<String> into) {
    whole.append(text).append(' ');
    into.add(folded(text));
    into.add(folded(unhidden(text)));
    var encoded = BASE64.matcher(text);
    while (encoded.find()) {
      for (int skipped = 0; skipped < 4; skipped++) { // letters may stand right before it
        decoded(encoded.group().substring(skipped)).ifPresent(into::add);
      }
    }
  }

  private static Optional<String> decoded(String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64);
      return Optional.of(folded(new String(bytes, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // it only looked so
    }
  }

  /** What an array of numbers spells. */
  private static Optional<String> spelled(JsonNode array) {
    var text = new StringBuilder();
    for (var item : array) {
      if (item.isIntegralNumber() && Character.isValidCodePoint(item.intValue())) {
        text.appendCodePoint(item.intValue());
      }
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
  }

  /** What tag characters and variation selectors carry. */
  private static String unhidden(String text) {
    var bytes = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(each -> {
          if (each > 0xE0000 && each < 0xE0080) {
            bytes.write(each - 0xE0000);
          } else if (each >= 0xFE00 && each <= 0xFE0F) {
            bytes.write(each - 0xFE00);
          } else if (each >= 0xE0100 && each <= 0xE01EF) {
            bytes.write(each - 0xE0100 + 16);
          }
        });
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Letters and digits alone, all small. */
  private static String folded(String text) {
    var folded = new StringBuilder(text.length());
    text.toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(folded::appendCodePoint);
    return folded.toString();
  }
}
