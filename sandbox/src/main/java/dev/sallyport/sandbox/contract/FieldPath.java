package dev.sallyport.sandbox.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path into results: {@code $}, {@code $.a.b}, {@code $.items[*].id}, {@code $[*].x}, {@code
 * $.*}. It has members and items only; {@code *} is any member.
 *
 * @param steps from the outside in
 */
public record FieldPath(List<Step> steps) {
  /** The whole result. */
  public static final FieldPath ROOT = new FieldPath(List.of());

  private static final int MAX_STEPS = 16;
  private static final int MAX_CHARS = 512;
  private static final Pattern NEXT =
      Pattern.compile(
          "\\.(\\*)|\\.([^.\\[\\]*'\"\\s]{1,128})|(\\[\\*\\])|\\['([^'\\\\]{1,128})'\\]");

  /** One step on a path. */
  public sealed interface Step {}

  /** To the member of a name. */
  public record Member(String name) implements Step {}

  /** To any member. */
  public record AnyMember() implements Step {}

  /** To any item of a list. */
  public record Item() implements Step {}

  public FieldPath {
    steps = List.copyOf(steps);
    if (steps.size() > MAX_STEPS) {
      throw new IllegalArgumentException(
          "a path has at most %d steps: %d".formatted(MAX_STEPS, steps.size()));
    }
  }

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static FieldPath parse(String text) {
    var steps = new ArrayList<Step>();
    var next = NEXT.matcher(text);
    var at = 1;
    if (!text.startsWith("$") || text.length() > MAX_CHARS) {
      throw unfit(text);
    }
    while (at < text.length()) {
      if (!next.find(at) || next.start() != at) {
        throw unfit(text);
      }
      if (next.group(1) != null) {
        steps.add(new AnyMember());
      } else if (next.group(3) != null) {
        steps.add(new Item());
      } else {
        steps.add(new Member(next.group(2) == null ? next.group(4) : next.group(2)));
      }
      at = next.end();
    }
    return new FieldPath(steps);
  }

  private static IllegalArgumentException unfit(String text) {
    return new IllegalArgumentException(
        "a path is $ and then .name, ['name'], .* or [*], at most %d characters: \"%s\""
            .formatted(MAX_CHARS, text));
  }

  /** Whether a list's items stand there. */
  boolean isOfItems() {
    return !steps.isEmpty() && steps.getLast() instanceof Item;
  }

  /** What it is a part of. */
  FieldPath parent() {
    return new FieldPath(steps.subList(0, steps.size() - 1));
  }

  /** One step further. */
  public FieldPath then(Step step) {
    var further = new ArrayList<>(steps);
    further.add(step);
    return new FieldPath(further);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("$");
    for (var step : steps) {
      switch (step) {
        case Member(var name) when name.matches("[^.\\[\\]*'\"\\s]+") ->
            text.append('.').append(name);
        case Member(var name) -> text.append("['").append(name).append("']");
        case AnyMember _ -> text.append(".*");
        case Item _ -> text.append("[*]");
      }
    }
    return text.toString();
  }
}
