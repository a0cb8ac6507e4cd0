package dev.sallyport.llm.gemini;

import dev.sallyport.llm.spi.CannotCarryException;
import java.util.regex.Pattern;

/**
 * Names of functions. Gemini's begin with a letter or an underscore, OpenAI's may begin with a
 * digit or a dash too: such a name is marked on the way out, and the mark taken away on the way
 * back.
 */
final class FunctionName {
  private static final Pattern TAKEN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]{0,127}");
  private static final String MARK = "fn__";

  private FunctionName() {}

  /**
   * A name as Gemini takes it.
   *
   * @throws CannotCarryException if it cannot be told
   */
  static String theirs(String ours, String place) throws CannotCarryException {
    boolean plain = TAKEN.matcher(ours).matches() && !ours.startsWith(MARK);
    var name = plain ? ours : MARK + ours;
    if (!TAKEN.matcher(name).matches()) {
      throw new CannotCarryException(
          place + " must be up to 124 of A-Z a-z 0-9 _ . : - for this model's provider.");
    }
    return name;
  }

  /** A name as the caller knows it. */
  static String ours(String theirs) {
    return theirs.startsWith(MARK) ? theirs.substring(MARK.length()) : theirs;
  }
}
