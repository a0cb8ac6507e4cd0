package dev.sallyport.mcp.openapi;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;

/** An argument that cannot be written into a request. */
final class UnfitArgumentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String argument;
  private final String problem;

  /**
   * A problem with an argument.
   *
   * @param argument its name, as the approved definition has it
   */
  UnfitArgumentException(String argument, String problem) {
    super(problem, null, false, false);
    this.argument = argument;
    this.problem = problem;
  }

  Refusal refusal() {
    return new Refusal(
        RefusalCode.INVALID_ARGUMENTS,
        "The argument %s %s. Change it and try again.".formatted(argument, problem));
  }
}
