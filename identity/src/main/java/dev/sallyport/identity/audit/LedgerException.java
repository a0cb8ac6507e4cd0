package dev.sallyport.identity.audit;

import java.io.IOException;

/** A ledger that cannot be opened. The message is one sentence for whoever runs the gateway. */
public final class LedgerException extends IOException {
  private static final long serialVersionUID = 1L;

  public LedgerException(String message) {
    super(message);
  }
}
