package dev.sallyport.llm.kit;

/** How one provider is asked and answers. A pure function of its arguments. */
interface Dialect {
  /** The name in the meter. */
  String name();

  /** Whether a caller who leaves pays only for what was made until then. */
  boolean stopsWhenCancelled();

  /** What a request brings to be let in; empty if nothing. */
  String shown(Received request);

  /** Whether a request may come in for a secret. */
  default boolean admits(Received request, String secret) {
    return shown(request).equals(secret);
  }

  /**
   * Looks whether the real provider would take a request.
   *
   * @throws Objection if it would not
   */
  void check(Received request);

  /** What a request asks for. */
  Asked asked(Received request);

  /** An answer at once. */
  Played whole(Take take);

  /** An answer in pieces. */
  Played stream(Take take);

  /** An answer that is none. */
  Script refusal(Objection objection);

  /** The piece that says in the middle of an answer that it failed. */
  byte[] broken();

  /** A piece that is not what it should be. */
  byte[] nonsense();
}
