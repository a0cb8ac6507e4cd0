package dev.sallyport.identity.text;

/**
 * Tells JSON in UTF-8 from JSON in other encodings, which parsers guess by its first bytes. Whoever
 * looks for secrets in bytes looks for them in UTF-8 alone.
 */
public final class Utf8 {
  /** By so many bytes a parser guesses the encoding. Source: Jackson. */
  private static final int GUESSED_BY = 4;

  private Utf8() {}

  /**
   * Whether a parser takes JSON to be in UTF-8, which has no zero there, and none of the marks with
   * which the other encodings begin.
   *
   * @param length how many of the bytes are JSON
   */
  public static boolean mayBe(byte[] json, int length) {
    for (int i = 0; i < Math.min(length, GUESSED_BY); i++) {
      int b = json[i] & 0xff;
      if (b == 0 || b >= 0xfe) {
        return false;
      }
    }
    return true;
  }
}
