package dev.sallyport.sandbox.quarantine;

/** How a server's output reaches an agent. */
public enum QuarantineMode {
  /** As a projection: not one character that the server chose. */
  STRICT,
  /** As it is: for servers whose every author is trusted. */
  TRUSTED
}
