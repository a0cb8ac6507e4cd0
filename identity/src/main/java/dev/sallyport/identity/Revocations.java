package dev.sallyport.identity;

/** Who is not let in, whatever it shows. Thread-safe, and never blocks. */
@FunctionalInterface
public interface Revocations {
  /** Nobody is kept out. */
  Revocations NONE = _ -> false;

  /** Whether a principal, or anyone on whose behalf or through whom it acts, is kept out now. */
  boolean has(Principal principal);
}
