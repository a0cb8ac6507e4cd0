package dev.sallyport.llm.upstream;

import dev.sallyport.llm.spi.Failure;

/** An attempt gave no answer. */
public final class AttemptFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public AttemptFailedException(Failure failure) {
    super(failure.kind().name(), null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
