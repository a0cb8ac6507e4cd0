package dev.sallyport.identity.grant;

/** What it is in the words of policies that somebody wants to do. */
sealed interface Meaning permits BoundAction, Meaning.Unclear {
  /**
   * It cannot be said, so it is denied.
   *
   * @param reason a stable code for evidence
   */
  record Unclear(String reason) implements Meaning {}
}
