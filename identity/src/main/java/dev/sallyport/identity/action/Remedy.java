package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/**
 * What a caller can do about a refusal, for a machine to act on.
 *
 * @param code a stable name, such as {@code pass_reference}
 * @param place the argument that it is about, as a JSON pointer; empty for the whole call
 * @param advice the same for a reader; a constant text of ours
 */
public record Remedy(String code, String place, String advice) {
  /** Remedies as callers are told of them. */
  public static ArrayNode json(List<Remedy> remedies) {
    var told = JsonNodeFactory.instance.arrayNode();
    for (var remedy : remedies) {
      var one = told.addObject().put("remedy", remedy.code);
      if (!remedy.place.isEmpty()) {
        one.put("argument", remedy.place);
      }
      one.put("advice", remedy.advice);
    }
    return told;
  }
}
