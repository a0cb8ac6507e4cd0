package dev.sallyport.vault;

import java.util.Optional;

/**
 * Seals what a client carries for Sallyport between two requests, so that it can neither read nor
 * change it, nor use it for anything else than it was given for. Thread-safe.
 */
public interface StateSeal {
  /**
   * Seals a state.
   *
   * @param boundTo what has to be said again to open it, such as whose it is and for what
   * @return visible ASCII
   */
  String seal(byte[] state, String boundTo);

  /**
   * Opens a sealed state; empty if it was changed, is none of ours, or was bound to other words.
   */
  Optional<byte[]> open(String sealed, String boundTo);
}
