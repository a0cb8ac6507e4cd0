package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Looks at trees of JSON. */
final class Trees {
  private Trees() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** How many objects in a tree have one of these types. */
  static int count(JsonNode tree, Set<String> types) {
    int found = tree.isObject() && types.contains(tree.path("type").asText()) ? 1 : 0;
    for (var child : tree) {
      found += count(child, types);
    }
    return found;
  }

  /** How many objects in a tree have this member. */
  static int having(JsonNode tree, String member) {
    int found = tree.has(member) ? 1 : 0;
    for (var child : tree) {
      found += having(child, member);
    }
    return found;
  }

  /** Whether a choice of tools, as OpenAI writes it, is that one has to be called. */
  static boolean forces(JsonNode choice) {
    return choice.asText().equals("required")
        || (choice.isObject() && !choice.path("type").asText().equals("allowed_tools"));
  }

  /** About as many tokens as a request has: one for each four bytes. */
  static long tokens(byte[] body) {
    return Math.max(1, body.length / 4);
  }

  /** The last text in a list of messages, parts and all. */
  static String lastText(JsonNode messages, String role, String partsField) {
    var last = "";
    for (var message : messages) {
      if (!message.path("role").asText().equals(role)) {
        continue;
      }
      var content = message.path(partsField);
      last = content.isTextual() ? content.asText() : last;
      for (var part : content) {
        last = part.path("text").isTextual() ? part.path("text").asText() : last;
      }
    }
    return last;
  }
}
