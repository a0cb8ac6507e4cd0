package dev.sallyport.llm;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import java.io.IOException;
import java.util.Optional;

/** How a stream ended. */
sealed interface StreamEnd {
  /**
   * The answer is whole; only what says so is still to be sent.
   *
   * @param last the event that says so in the caller's own form, where a provider wrote it
   */
  record Whole(Optional<byte[]> last) implements StreamEnd {}

  /** It broke off after something was said. */
  record Broken(Refusal why) implements StreamEnd {}

  /** The caller has left. */
  record Left(IOException how) implements StreamEnd {}

  /** It was given up from outside. */
  record GivenUp(Cancellation.Why why) implements StreamEnd {}
}
