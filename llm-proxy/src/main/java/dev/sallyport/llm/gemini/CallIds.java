package dev.sallyport.llm.gemini;

import dev.sallyport.identity.digest.Sha256;
import java.util.HexFormat;

/**
 * Ids for the calls of one answer, since Gemini knows calls by their place. The same answer has the
 * same ids, and another has others. For one thread.
 */
final class CallIds {
  private static final int BYTES = 8;

  private final String prefix;
  private int given;

  /**
   * Those of an answer.
   *
   * @param answer what tells it from others
   */
  CallIds(String answer) {
    prefix = "call_" + HexFormat.of().formatHex(Sha256.of(answer), 0, BYTES) + "_";
  }

  String next() {
    return prefix + given++;
  }
}
