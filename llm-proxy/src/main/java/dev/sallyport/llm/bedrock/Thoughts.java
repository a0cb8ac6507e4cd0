package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The reasoning details of chat answers. */
final class Thoughts {
  private Thoughts() {}

  /** A detail, or a part of one, that says nothing yet. */
  static ObjectNode detail(String type, Family family, int index) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type)
        .put("format", family.format())
        .put("index", index);
  }
}
