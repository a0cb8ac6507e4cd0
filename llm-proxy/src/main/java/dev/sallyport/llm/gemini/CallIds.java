package dev.sallyport.llm.gemini;

import dev.sallyport.identity.digest.Sha256;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Ids for the calls of one answer: Gemini's own, or where it gives none, since it knows calls by
 * their place, others. The same answer has the same ids, and another has others. For one thread.
 */
final class CallIds {
  private static final int BYTES = 8;

  /** What every form takes for an id. */
  private static final Pattern USUAL = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final Pattern OURS = Pattern.compile("call_[0-9a-f]{" + 2 * BYTES + "}_[0-9]+");

  private final String prefix;
  private final Set<String> theirs = new HashSet<>();
  private int given;

  /**
   * Those of an answer.
   *
   * @param answer what tells it from others
   */
  CallIds(String answer) {
    prefix = "call_" + HexFormat.of().formatHex(Sha256.of(answer), 0, BYTES) + "_";
  }

  /**
   * The id of the next call.
   *
   * @param own that Gemini gave; empty if it gave none
   */
  String next(String own) {
    boolean usable =
        USUAL.matcher(own).matches() && !OURS.matcher(own).matches() && theirs.add(own);
    return usable ? own : prefix + given++;
  }

  /** Whether Gemini knows a call by this id: it is not one that was made for want of another. */
  static boolean isTold(String id) {
    return USUAL.matcher(id).matches() && !OURS.matcher(id).matches();
  }
}
