package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Cuts a list of tools into pages. A cursor says after which name to go on. */
final class Pages {
  private static final String FORM = "after:";

  private Pages() {}

  /** A page of definitions in the order of their names. */
  static ObjectNode page(List<ObjectNode> tools, Optional<String> cursor, int size) {
    var after = cursor.map(Pages::decode);
    var left =
        after
            .map(name -> tools.stream().filter(tool -> name(tool).compareTo(name) > 0).toList())
            .orElse(tools);
    var result = Json.object();
    var page = result.putArray("tools");
    left.stream().limit(size).forEach(page::add);
    if (left.size() > size) {
      result.put("nextCursor", encode(name(left.get(size - 1))));
    }
    return result;
  }

  private static String name(ObjectNode tool) {
    return tool.path("name").asText();
  }

  private static String encode(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((FORM + name).getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String cursor) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (text.startsWith(FORM)) {
        return text.substring(FORM.length());
      }
    } catch (IllegalArgumentException _) {
      throw invalid();
    }
    throw invalid();
  }

  private static Refusal invalid() {
    return new Refusal(
        RefusalCode.MALFORMED_REQUEST,
        "That cursor is not one of ours. List again from the beginning.");
  }
}
