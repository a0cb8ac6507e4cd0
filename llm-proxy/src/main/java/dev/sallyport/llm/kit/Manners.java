package dev.sallyport.llm.kit;

import dev.sallyport.llm.kit.Behaviour.How;
import dev.sallyport.llm.kit.Behaviour.Says;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes an answer go wrong, or come slowly, as a behaviour has it. */
final class Manners {
  private Manners() {}

  /** The same answer, but so. */
  static Played of(Behaviour behaviour, Dialect dialect, boolean stream, Played played) {
    var changed = said(behaviour, dialect, stream, played);
    return changed.with(sent(behaviour, changed.script()));
  }

  /** The same script, but so slowly, or in such pieces. */
  static Script sent(Behaviour behaviour, Script script) {
    var changed =
        script.paced(
            new Pace(
                Duration.ofMillis(behaviour.how(How.SLOW).orElse(0)),
                Duration.ofMillis(behaviour.how(How.EVERY).orElse(0))));
    var after = behaviour.how(How.AFTER);
    if (after.isPresent()) {
      changed = changed.withHeader("Retry-After", after.get().toString());
    }
    var dies = behaviour.how(How.DIE);
    if (dies.isPresent()) {
      changed = changed.cutAfter(Math.min(dies.get(), changed.pieces().size()));
    }
    return behaviour.how(How.BYTEWISE).isPresent() ? changed.bytewise() : changed;
  }

  private static Played said(Behaviour behaviour, Dialect dialect, boolean stream, Played played) {
    boolean malformed = behaviour.says() == Says.MALFORMED;
    var fails = behaviour.how(How.FAIL);
    if (stream && malformed) {
      return ended(played, 1, dialect.nonsense());
    }
    if (stream && fails.isPresent()) {
      return ended(played, fails.get(), dialect.broken());
    }
    if (malformed) {
      var body = played.script().pieces().getFirst();
      return played.with(played.script().withPieces(List.of(Arrays.copyOf(body, body.length / 2))));
    }
    if (fails.isPresent()) {
      var error = dialect.refusal(new Objection(502, "server_error", "The server had an error"));
      return played.with(played.script().withPieces(error.pieces()));
    }
    return played;
  }

  /** Only so many pieces, and another one. */
  private static Played ended(Played played, int count, byte[] last) {
    int kept = Math.min(count, played.script().pieces().size());
    var pieces = new ArrayList<>(played.script().pieces().subList(0, kept));
    pieces.add(last);
    var made = new ArrayList<>(played.made().subList(0, kept));
    made.add(kept == 0 ? 0L : made.getLast());
    return new Played(played.script().withPieces(pieces), played.usage(), made);
  }
}
