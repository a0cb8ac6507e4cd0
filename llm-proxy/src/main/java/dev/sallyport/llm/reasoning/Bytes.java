package dev.sallyport.llm.reasoning;

import java.util.Arrays;

/** Looks into bytes. */
final class Bytes {
  private Bytes() {}

  /** Whether some bytes stand among others. */
  static boolean contain(byte[] all, byte[] some) {
    for (int i = 0; i + some.length <= all.length; i++) {
      if (all[i] == some[0] && Arrays.equals(all, i, i + some.length, some, 0, some.length)) {
        return true;
      }
    }
    return false;
  }
}
