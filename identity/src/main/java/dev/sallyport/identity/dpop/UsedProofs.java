package dev.sallyport.identity.dpop;

import java.time.Instant;

/** Knows which proofs were shown, so that none holds twice. Thread-safe. */
public interface UsedProofs {
  /**
   * Takes note of a proof.
   *
   * @param id what tells it from all others, at most 43 characters
   * @param until the moment from which it would not hold anyway
   * @return whether it was not shown before
   * @throws UnknownException if that cannot be said now
   */
  boolean use(String id, Instant until) throws UnknownException;

  /** It cannot be said whether a proof was shown before. */
  final class UnknownException extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownException(String why) {
      super(why, null, false, false);
    }
  }
}
