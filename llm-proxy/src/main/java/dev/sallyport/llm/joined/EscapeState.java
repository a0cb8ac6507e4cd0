package dev.sallyport.llm.joined;

/** Follows the escapes of JSON in a text that comes in parts, such as the arguments of a call. */
final class EscapeState {
  private static final int DIGITS = 4;

  private boolean backslash;

  /** How many hexadecimal digits are still to come. */
  private int digits;

  /** Takes more of the text. */
  void next(String more) {
    for (int i = 0; i < more.length(); i++) {
      next(more.charAt(i));
    }
  }

  private void next(char c) {
    if (backslash) {
      backslash = false;
      digits = c == 'u' ? DIGITS : 0;
    } else if (c == '\\') {
      backslash = true;
      digits = 0;
    } else if (digits > 0) {
      digits = Character.digit(c, 16) < 0 ? 0 : digits - 1;
    }
  }

  /** Whether the text so far ends in a backslash that escapes what follows it. */
  boolean isAfterBackslash() {
    return backslash;
  }

  /** Whether the text so far ends within an escape. */
  boolean isOpen() {
    return backslash || digits > 0;
  }
}
