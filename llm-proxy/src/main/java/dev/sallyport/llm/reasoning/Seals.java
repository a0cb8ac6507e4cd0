package dev.sallyport.llm.reasoning;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** The signatures and secrets by which reasoning is known again. */
final class Seals {
  private Seals() {}

  /** Those of reasoning in chat form. */
  static Set<String> of(JsonNode details) {
    var seals = new LinkedHashSet<String>();
    for (var detail : details) {
      add(seals, detail.path("signature"));
      add(seals, detail.path("data"));
    }
    return seals;
  }

  static void add(Set<String> seals, JsonNode seal) {
    if (seal.isTextual() && !seal.textValue().isEmpty()) {
      seals.add(seal.textValue());
    }
  }
}
