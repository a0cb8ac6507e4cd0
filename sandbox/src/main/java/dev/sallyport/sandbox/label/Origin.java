package dev.sallyport.sandbox.label;

/** How an argument of a call came to be what it is. */
public enum Origin {
  /** It is a reference, and no more. */
  REFERENCE,
  /** The person or the developer of the turn wrote it. */
  USER,
  /** A result or an answer told it. */
  VALUE,
  /** The model wrote it. */
  MODEL,
  /** It was put together from several of these. */
  MIXED
}
