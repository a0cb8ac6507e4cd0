package dev.sallyport.llm.joined;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an event adds to a text.
 *
 * @param within the object that the addition stands in
 * @param member of it that the addition is
 */
record Delta(ObjectNode within, String member) {
  String value() {
    return within.path(member).asText();
  }

  /** Puts something else in its place. */
  void replace(String value) {
    within.put(member, value);
  }
}
