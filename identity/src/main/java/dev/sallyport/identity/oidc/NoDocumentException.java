package dev.sallyport.identity.oidc;

import dev.sallyport.identity.text.Unseen;
import java.io.IOException;

/**
 * A document cannot be had. The message may hold what others wrote, cut and with all escaped that
 * moves or hides what is seen.
 */
final class NoDocumentException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The most characters that are told, before any is escaped. */
  private static final int MAX_TOLD = 2_000;

  private final String reason;

  /**
   * A document that cannot be had.
   *
   * @param reason why, without anything that others wrote, such as addresses: by it the same fault
   *     is known again
   * @param told all there is to say of it
   */
  NoDocumentException(String reason, String told, Throwable cause) {
    this(reason, told);
    initCause(cause);
  }

  /** The same, where nothing else failed before. */
  NoDocumentException(String reason, String told) {
    super(Unseen.escaped(told.substring(0, Math.min(told.length(), MAX_TOLD))));
    this.reason = reason;
  }

  /** Why, in words that are the same as long as the fault is. */
  String reason() {
    return reason;
  }
}
