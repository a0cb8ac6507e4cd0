package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.quarantine.ShownPart.Why;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Writes down, while a view is made, how each part of it is shown and what that tells. Every charge
 * counts for the part that is open then. There are no more parts than the budget pays for, and what
 * is left of the lists that are open then. Not thread-safe.
 */
final class Tale {
  private final BitBudget budget;
  private final List<Optional<ShownPart>> parts = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private String next = "";
  private double counted;

  Tale(BitBudget budget) {
    this.budget = budget;
    this.counted = budget.told();
  }

  /** Says where the part stands that comes next: a step, or steps, below the one that is open. */
  void at(String step) {
    next = "/" + step;
  }

  void enter() {
    count();
    open.push(new Open((open.isEmpty() ? "" : open.peek().path) + next, parts.size()));
    parts.add(Optional.empty());
    next = "";
  }

  void leave(JsonNode view, Why why, Standing standing) {
    count();
    var part = open.pop();
    var shown = shown(part.path, view, why, part.bits, standing);
    parts.set(part.place, Optional.of(shown));
  }

  /** A part that is one reference, or stands as it came, without a look at what is in it. */
  void whole(JsonNode view, Why why, Standing standing) {
    enter();
    leave(view, why, standing);
  }

  /** The name of a member. */
  void name(String alias, Standing standing) {
    var bits = budget.told() - counted;
    counted = budget.told();
    parts.add(
        Optional.of(
            new ShownPart(
                (open.isEmpty() ? "" : open.peek().path) + "/" + alias,
                ShownPart.Form.NAME,
                Optional.of(Kind.KEY),
                Why.UNKNOWN_NAME,
                bits,
                standing)));
  }

  List<ShownPart> parts() {
    var shown = new ArrayList<ShownPart>(parts.size());
    parts.forEach(part -> part.ifPresent(shown::add));
    return Collections.unmodifiableList(shown);
  }

  /** What is charged before any part is open counts for the next one. */
  private void count() {
    if (!open.isEmpty()) {
      open.peek().bits += budget.told() - counted;
      counted = budget.told();
    }
  }

  private static ShownPart shown(
      String path, JsonNode view, Why why, double bits, Standing standing) {
    if (view.isContainerNode()) {
      return new ShownPart(path, ShownPart.Form.SHAPE, Optional.empty(), why, bits, standing);
    }
    if (view instanceof ReferenceNode reference) {
      var shownWhy = reference.kind() == Kind.VALUE ? Why.BUDGET_SPENT : why;
      return new ShownPart(
          path, ShownPart.Form.REFERENCE, Optional.of(reference.kind()), shownWhy, bits, standing);
    }
    var literal = view.isTextual() && !view.textValue().isEmpty();
    var form = literal ? ShownPart.Form.LITERAL : ShownPart.Form.SCALAR;
    return new ShownPart(path, form, Optional.empty(), why, bits, standing);
  }

  /** A part that is being shown. */
  private static final class Open {
    private final String path;
    private final int place;
    private double bits;

    Open(String path, int place) {
      this.path = path;
      this.place = place;
    }
  }
}
