package dev.sallyport.llm.joined;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an event adds to a text.
 *
 * @param text which text
 * @param within the object that the addition stands in
 * @param member of it that the addition is
 * @param about what tells the odds of its words, as {@code logprobs}, if anything does
 */
record Delta(String text, ObjectNode within, String member, ObjectNode about) {
  private static final String ODDS = "logprobs";

  String value() {
    return within.path(member).asText();
  }

  /** Puts something else in its place; what tells its words once more goes. */
  void replace(String value) {
    within.put(member, value);
    if (about.path(ODDS).isArray()) {
      about.putArray(ODDS);
    } else if (about.has(ODDS)) {
      about.putNull(ODDS);
    }
  }
}
