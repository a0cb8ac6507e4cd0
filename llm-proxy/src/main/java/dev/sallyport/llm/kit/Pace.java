package dev.sallyport.llm.kit;

import java.time.Duration;

/**
 * How slowly an answer is sent.
 *
 * @param first how long nothing is sent at all, not even the head
 * @param each how long nothing is sent before each further piece of the body
 */
public record Pace(Duration first, Duration each) {
  /** As fast as it can be. */
  public static final Pace FULL = new Pace(Duration.ZERO, Duration.ZERO);
}
