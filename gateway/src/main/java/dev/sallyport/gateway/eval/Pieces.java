package dev.sallyport.gateway.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Puts a text together of words that an agent may write and of texts that it has references to. */
final class Pieces {
  /** What writing dates and times takes besides their numbers. */
  private static final Pattern GLUE = Pattern.compile("(?<=\\d)(?:T|Z|:00Z?)(?![\\p{L}])");

  /** What may be of the agent's own writing: days, times, numbers and words. */
  private static final List<Pattern> OWN =
      List.of(
          Pattern.compile("\\d{4}-\\d{2}-\\d{2}(?!\\d)"),
          Pattern.compile("\\d{2}:\\d{2}(?::\\d{2})?(?!\\d)"),
          Pattern.compile("\\d+\\.\\d+"),
          Pattern.compile("[\\p{L}\\p{N}]+"));

  private static final Pattern MARK =
      Pattern.compile("[\\p{P}\\p{Sc}]|[\\x00-\\x7E&&[^A-Za-z0-9]]");
  private static final int HELD_COSTS = 100;
  private static final int SHORTEST_HELD = 2;

  private Pieces() {}

  /** A part of a text, and where it is held; of the agent's own writing if nowhere. */
  record Piece(String text, Optional<Maker.Source> from) {}

  /** A way to a place in the text. */
  private record Way(int cost, int from, Piece last) {}

  /**
   * The pieces with the fewest held ones; empty if there are none that make all of it.
   *
   * @param own which days, times, numbers and words the agent may write itself
   */
  static Optional<List<Piece>> of(
      String text, Predicate<String> own, Map<String, Maker.Source> held) {
    var ways =
        new ArrayList<Optional<Way>>(Collections.nCopies(text.length() + 1, Optional.empty()));
    ways.set(0, Optional.of(new Way(0, 0, new Piece("", Optional.empty()))));
    for (int at = 0; at < text.length(); at++) {
      var way = ways.get(at);
      if (way.isPresent()) {
        int cost = way.get().cost();
        for (var piece : next(text, at, own, held)) {
          int costs = cost + piece.from().map(Pieces::costs).orElse(1);
          int end = at + piece.text().length();
          if (ways.get(end).filter(other -> other.cost() <= costs).isEmpty()) {
            ways.set(end, Optional.of(new Way(costs, at, piece)));
          }
        }
      }
    }
    return ways.get(text.length()).map(_ -> back(ways, text.length()));
  }

  private static int costs(Maker.Source source) {
    return source.isExtract() ? HELD_COSTS + 1 : HELD_COSTS;
  }

  private static List<Piece> back(List<Optional<Way>> ways, int end) {
    var pieces = new ArrayList<Piece>();
    for (int at = end; at > 0; ) {
      var way = ways.get(at).orElseThrow();
      pieces.add(way.last());
      at = way.from();
    }
    Collections.reverse(pieces);
    return pieces;
  }

  private static List<Piece> next(
      String text, int at, Predicate<String> own, Map<String, Maker.Source> held) {
    var pieces = new ArrayList<Piece>();
    var mark = MARK.matcher(text).region(at, text.length());
    if (mark.lookingAt()) {
      pieces.add(own(mark.group()));
    }
    var glue = GLUE.matcher(text);
    if (glue.find(at) && glue.start() == at) {
      pieces.add(own(glue.group()));
    }
    if (isStart(text, at)) {
      OWN.stream()
          .map(pattern -> pattern.matcher(text).region(at, text.length()))
          .filter(found -> found.lookingAt() && own.test(found.group()))
          .forEach(found -> pieces.add(own(found.group())));
    }
    held.forEach((piece, source) -> {
      if (piece.length() >= SHORTEST_HELD
          && text.startsWith(piece, at)
          && isStart(text, at)
          && isStart(text, at + piece.length())) {
        pieces.add(new Piece(piece, Optional.of(source)));
      }
    });
    return pieces;
  }

  private static Piece own(String text) {
    return new Piece(text, Optional.empty());
  }

  /** Whether no word goes on across a place. */
  private static boolean isStart(String text, int at) {
    return at == 0
        || at == text.length()
        || !Character.isLetterOrDigit(text.charAt(at - 1))
        || !Character.isLetterOrDigit(text.charAt(at));
  }
}
