package dev.sallyport.llm;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import java.io.IOException;

/** How a stream ended. */
sealed interface StreamEnd {
  /** The answer is whole; only the last frame is still to be sent. */
  record Whole() implements StreamEnd {}

  /** It broke off after something was said. */
  record Broken(Refusal why) implements StreamEnd {}

  /** The caller has left. */
  record Left(IOException how) implements StreamEnd {}

  /** It was given up from outside. */
  record GivenUp(Cancellation.Why why) implements StreamEnd {}
}
