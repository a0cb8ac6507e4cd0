package dev.sallyport.llm.upstream;

import dev.sallyport.llm.spi.Failure;

/** An attempt gave no answer. */
public final class AttemptFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final boolean mayBePaid;

  public AttemptFailedException(Failure failure) {
    this(failure, false);
  }

  /**
   * @param mayBePaid whether no answer was seen, but the provider may have begun one
   */
  AttemptFailedException(Failure failure, boolean mayBePaid) {
    super(failure.kind().name(), null, false, false);
    this.failure = failure;
    this.mayBePaid = mayBePaid;
  }

  /** Whether no answer was seen, but the provider may have begun one. */
  public boolean mayBePaid() {
    return mayBePaid;
  }

  public Failure failure() {
    return failure;
  }
}
