package dev.sallyport.sandbox.quarantine;

import java.io.IOException;

/** The quarantined model cannot be asked. */
public final class ModelUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A model that cannot be asked.
   *
   * @param code why: a stable code of ours, never an upstream's words
   */
  public ModelUnavailableException(String code) {
    super(code);
  }

  /** Why: a stable code. */
  public String code() {
    return String.valueOf(getMessage());
  }
}
