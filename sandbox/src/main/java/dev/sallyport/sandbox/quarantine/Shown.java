package dev.sallyport.sandbox.quarantine;

/**
 * A held value that an agent asked to show to the person it works for.
 *
 * @param source where it came from
 * @param text the value, made safe to display
 */
public record Shown(String reference, String source, String text) {
  /** The text with the marks that say that it came from outside. */
  public String marked() {
    return marked(text);
  }

  static String marked(String text) {
    return "⟦external: " + text + "⟧";
  }
}
