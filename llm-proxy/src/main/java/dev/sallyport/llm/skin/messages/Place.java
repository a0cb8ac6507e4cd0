package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.Set;
import java.util.function.Predicate;

/** Says where in a request a mistake is. */
final class Place {
  private Place() {}

  static Refusal mistake(String place, String rule) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, "\"%s\" must be %s.".formatted(place, rule));
  }

  static void require(String place, JsonNode value, Predicate<JsonNode> holds, String rule) {
    if (!holds.test(value)) {
      throw mistake(place, rule);
    }
  }

  /** Requires it of what is said; null says nothing. */
  static void check(String place, JsonNode value, Predicate<JsonNode> holds, String rule) {
    if (says(value) && !holds.test(value)) {
      throw mistake(place, rule);
    }
  }

  /** Adds the names of what an object says beside what is read of it. */
  static void nameOthers(String name, JsonNode object, Set<String> read, Set<String> dropped) {
    for (var member : object.properties()) {
      if (!read.contains(member.getKey()) && says(member.getValue())) {
        dropped.add(name + "." + member.getKey());
      }
    }
  }

  static boolean says(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }
}
