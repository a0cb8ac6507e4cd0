package dev.sallyport.vault.redact;

/**
 * Tells quickly whether JSON text could hold base64 that is worth unpacking. Most does not, and
 * need not be looked through a second time as a tree.
 */
public final class PackedText {
  private static final boolean[] DIGIT = digits();

  private PackedText() {}

  /** Whether there may be a run of base64 digits in it, also if they are escaped. */
  public static boolean mayBeIn(byte[] json) {
    int at = Unpacking.MIN_RUN - 1;
    while (at < json.length) {
      int from = at;
      while (from > at - Unpacking.MIN_RUN && DIGIT[json[from] & 0xff]) {
        from--;
      }
      if (from == at - Unpacking.MIN_RUN) {
        return true;
      }
      at = from + Unpacking.MIN_RUN;
    }
    return false;
  }

  /** Every byte that can be a part of a digit or of a line break, as it is or escaped. */
  private static boolean[] digits() {
    var digits = new boolean[256];
    for (char c = 0; c < 128; c++) {
      digits[c] = Unpacking.isDigit(c) || c == '\\';
    }
    return digits;
  }
}
