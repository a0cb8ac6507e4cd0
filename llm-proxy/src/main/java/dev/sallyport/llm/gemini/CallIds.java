package dev.sallyport.llm.gemini;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var hash = digest.digest(answer.getBytes(StandardCharsets.UTF_8));
      prefix = "call_" + HexFormat.of().formatHex(hash, 0, BYTES) + "_";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  String next() {
    return prefix + given++;
  }
}
