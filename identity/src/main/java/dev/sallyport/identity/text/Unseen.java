package dev.sallyport.identity.text;

/**
 * Characters that nobody sees, and that move, hide or end what is seen: controls, line ends among
 * them, formats such as those that turn the direction of writing, halves of characters, and those
 * without a meaning. Spaces are not among them.
 */
public final class Unseen {
  private Unseen() {}

  /** Whether a character is one. */
  public static boolean is(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
