package dev.sallyport.mcp;

import dev.sallyport.identity.action.Effect;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;

/** What is left to do of a request that waited for its client. */
final class Resumed {
  private Resumed() {}

  /** The rest as an action of its own, which says that it is one. */
  static Effect<ServerAnswer> of(Rest rest) {
    return permit -> {
      permit.facts().put("resumed", true);
      var answer = rest.done();
      return new Performed<>(answer, outcome(answer));
    };
  }

  private static Outcome outcome(ServerAnswer answer) {
    if (answer instanceof ServerAnswer.Cancelled(var why)) {
      return new Outcome.Aborted(why.label());
    }
    return answer.failed() ? new Outcome.ToolFailed() : new Outcome.Succeeded();
  }
}
