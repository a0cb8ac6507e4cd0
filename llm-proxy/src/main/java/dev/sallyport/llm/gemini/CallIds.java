package dev.sallyport.llm.gemini;

import dev.sallyport.identity.digest.Sha256;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Ids for the calls of one answer: Gemini's own, with a mark by which they are known again when
 * they come back, or where it gives none, since it knows calls by their place, others. The same
 * answer has the same ids, and another has others. For one thread.
 */
final class CallIds {
  private static final int BYTES = 8;
  private static final String MARK = "gem_";

  /**
   * Gemini's own and marked, where every form takes it: OpenAI's takes 40 characters at the most.
   */
  private static final Pattern MARKED = Pattern.compile(MARK + "[A-Za-z0-9_-]{1,36}");

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
    var marked = MARK + own;
    return MARKED.matcher(marked).matches() && theirs.add(marked) ? marked : prefix + given++;
  }

  /**
   * The id by which Gemini knows a call; empty if it gave none, or another made the call: some who
   * speak Gemini's form refuse ids, and others' ids may be those of several calls.
   */
  static Optional<String> own(String id) {
    return MARKED.matcher(id).matches()
        ? Optional.of(id.substring(MARK.length()))
        : Optional.empty();
  }
}
