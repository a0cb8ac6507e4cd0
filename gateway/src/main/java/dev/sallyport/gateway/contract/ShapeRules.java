package dev.sallyport.gateway.contract;

import dev.sallyport.gateway.contract.SchemaRule.Bounds;
import dev.sallyport.sandbox.quarantine.Kind;
import dev.sallyport.sandbox.quarantine.Shape;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.IntStream;

/** The line of one field by what was seen of it. What was seen may be less than what can come. */
final class ShapeRules {
  static final String DATE_RULE = "{kind: date, window: [\"-10y\", \"+1y\"], resolution: 1d}";
  static final String TIME_RULE = "{kind: date, window: [\"-10y\", \"+1y\"], resolution: 1m}";

  private static final int FEW = 8;
  private static final int OFTEN = 20;
  private static final int[] LIST_BOUNDS = {16, 64, 200, 1_000};

  private ShapeRules() {}

  /** The line; empty for objects, which need none. */
  static Optional<Suggestion> of(Shape shape) {
    if (shape.isOnly(Shape.Type.OBJECT) || shape.count(Shape.Type.NULL) == shape.seen()) {
      return Optional.empty();
    }
    if (shape.isOnly(Shape.Type.ARRAY)) {
      return list(shape);
    }
    if (shape.isOnly(Shape.Type.BOOLEAN)) {
      return Optional.of(new Suggestion(seen(shape) + "true or false", "{kind: bool}"));
    }
    if (shape.isOnly(Shape.Type.TEXT)) {
      return Optional.of(text(shape));
    }
    return number(shape, shape.isOnly(Shape.Type.INTEGER))
        .or(() ->
            Optional.of(
                new Suggestion(
                    seen(shape) + "of several types, so it stays a reference", "{kind: text}")));
  }

  /** The line of a number, with some room around what was seen. */
  static Optional<Suggestion> number(Shape shape, boolean whole) {
    var numbers = shape.count(Shape.Type.INTEGER) + shape.count(Shape.Type.DECIMAL);
    if (numbers == 0 || numbers + shape.count(Shape.Type.NULL) != shape.seen()) {
      return Optional.empty();
    }
    return shape
        .numbers()
        .flatMap(range -> {
          var bounds = new Bounds(roomBelow(range.least()), roomAbove(range.most()));
          return whole ? bounds.whole() : bounds.decimal(range.scale());
        })
        .map(rule ->
            new Suggestion(
                seen(shape) + "a number within these bounds; see whether they fit", rule));
  }

  /** The line of a list, with some room above what was seen. */
  static Optional<Suggestion> list(Shape shape) {
    return IntStream.of(LIST_BOUNDS)
        .filter(bound -> shape.mostItems() <= bound)
        .boxed()
        .findFirst()
        .map(bound ->
            new Suggestion(
                "seen with at most " + shape.mostItems() + " items",
                "{kind: array, max_items: " + bound + "}"));
  }

  private static Suggestion text(Shape shape) {
    var few = shape.distinctTexts() <= FEW && shape.count(Shape.Type.TEXT) >= OFTEN;
    var note =
        few
            ? "; only "
                + shape.distinctTexts()
                + " different: an enum, if you know which values there are"
            : "";
    var kind = kind(shape);
    return switch (kind) {
      case ADDRESS -> new Suggestion(seen(shape) + "an e-mail address" + note, "{kind: addr}");
      case URL -> new Suggestion(seen(shape) + "a URL" + note, "{kind: url}");
      case DATE ->
          new Suggestion(
              seen(shape) + "a date; narrow the window",
              shape.longestText() > 10 ? TIME_RULE : DATE_RULE);
      case IDENTIFIER -> new Suggestion(seen(shape) + "one word" + note, "{kind: ident}");
      default -> new Suggestion(seen(shape) + "a text" + note, "{kind: text}");
    };
  }

  private static Kind kind(Shape shape) {
    return shape.looks().size() == 1 ? shape.looks().keySet().iterator().next() : Kind.TEXT;
  }

  private static String seen(Shape shape) {
    var always = shape.seen() >= shape.within() && shape.count(Shape.Type.NULL) == 0;
    return "seen %d times%s: ".formatted(shape.seen(), always ? "" : ", not always there");
  }

  private static BigDecimal roomBelow(BigDecimal least) {
    return least.signum() >= 0 ? BigDecimal.ZERO : roomAbove(least.negate()).negate();
  }

  /** The next power of ten. */
  private static BigDecimal roomAbove(BigDecimal most) {
    var room = BigDecimal.ONE;
    while (room.compareTo(most) <= 0) {
      room = room.multiply(BigDecimal.TEN);
    }
    return room;
  }
}
