package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/**
 * About how many characters of memory values take. What the large parts of a value weigh is known
 * once it was weighed, as long as nobody changes them. Not thread-safe.
 */
final class Weights {
  private static final int NODE = 8;
  private static final int MANY = 64;

  /** However much of this is added up, and whatever else to it, stays less than zero. */
  private static final long TOO_DEEP = -(1L << 40);

  private final IdentityHashMap<JsonNode, Long> known = new IdentityHashMap<>(2);

  /** The weight of a value. */
  long of(JsonNode value) {
    var weight = weight(value, Content.MAX_NESTING);
    return weight < 0 ? deep(value) : weight;
  }

  /** Whether a value takes no more than that, and no part of it lies deeper than is read. */
  boolean fits(JsonNode value, long most) {
    var weight = weight(value, Content.MAX_NESTING);
    return weight >= 0 && weight <= most;
  }

  /** Says that a list is another without the first of its items, so that it need not be weighed. */
  void withoutFirst(ArrayNode list, JsonNode whole, int first) {
    if (list.size() <= MANY) {
      return;
    }
    var weight = of(whole);
    for (var i = 0; i < first; i++) {
      weight -= of(whole.get(i));
    }
    known.put(list, weight);
  }

  /** The weight; less than zero if a part of the value lies deeper than so many levels. */
  private long weight(JsonNode value, int levels) {
    if (value instanceof TextNode text) {
      return (long) NODE + text.textValue().length();
    }
    if (levels < 0) {
      return TOO_DEEP;
    }
    if (value.size() <= MANY) {
      return weighed(value, levels);
    }
    var before = known.get(value);
    if (before != null) {
      return before;
    }
    var weight = weighed(value, levels);
    if (weight >= 0) {
      known.put(value, weight);
    }
    return weight;
  }

  private long weighed(JsonNode value, int levels) {
    var weight = (long) NODE;
    if (value instanceof ArrayNode array) {
      for (var i = 0; i < array.size(); i++) {
        weight += weight(array.get(i), levels - 1);
      }
    } else if (value instanceof ObjectNode object) {
      for (var member : object.properties()) {
        weight += member.getKey().length() + weight(member.getValue(), levels - 1);
      }
    }
    return weight;
  }

  /** The same without a call for each level. */
  private static long deep(JsonNode value) {
    var weight = 0L;
    var open = new ArrayDeque<JsonNode>();
    open.push(value);
    while (!open.isEmpty()) {
      var node = open.pop();
      weight += NODE;
      if (node.isTextual()) {
        weight += node.textValue().length();
      }
      for (var names = node.fieldNames(); names.hasNext(); ) {
        weight += names.next().length();
      }
      node.forEach(open::push);
    }
    return weight;
  }

  @Override
  public String toString() {
    return "Weights[" + known.size() + "]";
  }
}
