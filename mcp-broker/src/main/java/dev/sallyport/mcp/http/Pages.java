package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.ListKind;
import dev.sallyport.mcp.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Cuts a list into pages. A cursor says after which name to go on. */
final class Pages {
  private static final String FORM = "after:";

  private Pages() {}

  /** A page of definitions in the order of what names them. */
  static ObjectNode page(ListKind kind, List<ObjectNode> items, Optional<String> cursor, int size) {
    int from = cursor.map(Pages::decode).map(name -> after(kind, items, name)).orElse(0);
    int to = Math.min(items.size(), from + size);
    var result = Json.object();
    result.putArray(kind.member()).addAll(items.subList(from, to));
    if (to < items.size()) {
      result.put("nextCursor", encode(name(kind, items.get(to - 1))));
    }
    return result;
  }

  /** Where the first item stands whose name comes after the given one. */
  private static int after(ListKind kind, List<ObjectNode> items, String name) {
    int low = 0;
    int high = items.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (name(kind, items.get(middle)).compareTo(name) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static String name(ListKind kind, ObjectNode item) {
    return item.path(kind.key()).asText();
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
