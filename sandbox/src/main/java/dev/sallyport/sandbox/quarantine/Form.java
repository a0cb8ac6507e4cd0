package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.IntStream;

/** The form of one node of a view. */
enum Form {
  NULL,
  FALSE,
  TRUE,
  /** The empty string, which has no character. */
  EMPTY,
  NUMBER,
  HIDDEN_NUMBER,
  ARRAY,
  OBJECT,
  HIDDEN_JSON,
  TEXT;

  static final int COUNT = values().length;

  static Form of(
      JsonNode node, Projector.Place place, Set<String> spelling, QuarantineLimits limits) {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> NULL;
      case BOOLEAN -> node.booleanValue() ? TRUE : FALSE;
      case NUMBER ->
          spelling.contains(place.pointer()) || ShownNumber.of(node, limits).isEmpty()
              ? HIDDEN_NUMBER
              : NUMBER;
      case STRING -> node.textValue().isEmpty() ? EMPTY : TEXT;
      case ARRAY ->
          place.levels() == 0 || numbersIn(node) > limits.maxNumbers() ? HIDDEN_JSON : ARRAY;
      case OBJECT ->
          place.levels() == 0 || node.size() > limits.maxMembers() ? HIDDEN_JSON : OBJECT;
      case BINARY, POJO -> HIDDEN_JSON;
    };
  }

  private static long numbersIn(JsonNode array) {
    return IntStream.range(0, array.size()).filter(i -> array.get(i).isNumber()).count();
  }
}
