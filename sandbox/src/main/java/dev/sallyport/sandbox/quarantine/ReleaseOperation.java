package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;

/**
 * {@code q_release}: makes an endorsed copy of a held value, once a person has approved it. The
 * copy holds within its turn and for an hour; the value stays as it was, and nobody reads it by
 * this. Thread-safe.
 */
final class ReleaseOperation {
  private static final Duration LIFE = Duration.ofHours(1);
  private static final int MAX_PURPOSE_CHARS = 300;

  private final Quarantine quarantine;
  private final HeldLookup lookup;

  ReleaseOperation(Quarantine quarantine) {
    this.quarantine = quarantine;
    this.lookup = new HeldLookup(quarantine);
  }

  /** What is to be released; a person is asked only about what can be. */
  Held requested(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var purpose = arguments.only("ref", "purpose").text("purpose", "");
    if (purpose.isBlank() || purpose.length() > MAX_PURPOSE_CHARS) {
      throw new UnfitQuestionException("purpose: 1 to 300 characters");
    }
    if (Reference.MEANT.matcher(purpose).find()) {
      throw new UnfitQuestionException("purpose: must hold no reference");
    }
    return lookup.held(turn, arguments);
  }

  Projection release(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = requested(turn, arguments);
    var endorsed = quarantine.with(turn, holdings -> holdings.endorse(held, LIFE));
    var view =
        JsonNodeFactory.instance
            .objectNode()
            .put("value", endorsed.reference().token())
            .put("until", endorsed.endorsement().orElseThrow().until().toString());
    return ToolAnswers.of(new Projection(view, 1, 0));
  }
}
