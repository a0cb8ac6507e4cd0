package dev.sallyport.llm.spi;

import java.util.Collection;

/** A request asks for something that a provider's wire form has no place for. */
public final class CannotCarryException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A request that cannot be encoded.
   *
   * @param problem what and where, in words of ours, for the caller
   */
  public CannotCarryException(String problem) {
    super(problem, null, false, false);
  }

  /** For a request that requires what would be dropped of it. */
  public static CannotCarryException of(Collection<String> dropped) {
    return new CannotCarryException(
        "These parameters cannot be carried to the provider of this model, and the request"
            + " requires all: "
            + String.join(", ", dropped));
  }

  /** What and where, for the caller. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
