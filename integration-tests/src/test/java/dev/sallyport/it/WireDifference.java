package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.sallyport.it.Wire.Heard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * Something that was heard differently.
 *
 * @param method of the message, or of the request that it answers
 * @param place the JSON pointer of what differs within a message, with {@code *} for a place in a
 *     list, and {@code [isError]} after a result that says that it failed; {@code status}, or
 *     {@code messages} if their number differs
 */
record WireDifference(String method, String place, String direct, String through) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_SHOWN = 160;
  private static final String FAILED = "[isError]";

  /** What differs between two transcripts of an exchange. */
  static List<WireDifference> between(List<Heard> direct, List<Heard> through) {
    var differences = new ArrayList<WireDifference>();
    for (int i = 0; i < direct.size(); i++) {
      new Comparison(direct.get(i).method(), differences).compare(direct.get(i), through.get(i));
    }
    return differences;
  }

  @Override
  public String toString() {
    return "%s %s%n    - %s%n    + %s".formatted(method, place, direct, through);
  }

  private static String shown(JsonNode value) {
    var text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }

  private record Comparison(String method, List<WireDifference> differences) {
    void compare(Heard direct, Heard through) {
      compare("status", IntNode.valueOf(direct.status()), IntNode.valueOf(through.status()));
      if (direct.messages().size() != through.messages().size()) {
        differ(
            "messages", JSON.valueToTree(direct.messages()), JSON.valueToTree(through.messages()));
        return;
      }
      for (int i = 0; i < direct.messages().size(); i++) {
        var said = direct.messages().get(i);
        new Comparison(said.path("method").asText(method), differences)
            .compare("", said, through.messages().get(i));
      }
    }

    private void compare(String place, JsonNode direct, JsonNode through) {
      if (isInside(place, direct, through)) {
        var names = new TreeSet<String>();
        direct.fieldNames().forEachRemaining(names::add);
        through.fieldNames().forEachRemaining(names::add);
        for (var name : names) {
          var inside = place + "/" + name.replace("~", "~0").replace("/", "~1");
          boolean failed = direct.at("/result/isError").asBoolean() && name.equals("result");
          compare(failed ? inside + FAILED : inside, direct.path(name), through.path(name));
        }
      } else if (direct.isArray() && through.isArray() && direct.size() == through.size()) {
        var left = ordered((ArrayNode) direct);
        var right = ordered((ArrayNode) through);
        for (int i = 0; i < left.size(); i++) {
          compare(place + "/*", left.get(i), right.get(i));
        }
      } else if (!direct.equals(through)) {
        differ(place, direct, through);
      }
    }

    /** Of what either has beside its result each part counts, even if the other has none. */
    private static boolean isInside(String place, JsonNode direct, JsonNode through) {
      boolean beside = place.endsWith("/_meta") || place.endsWith("/data");
      return beside
          ? direct.isObject() || through.isObject()
          : direct.isObject() && through.isObject();
    }

    /** A list of named things by their names: their order says nothing. */
    private static List<JsonNode> ordered(ArrayNode list) {
      var items = StreamSupport.stream(list.spliterator(), false).toList();
      return items.stream().allMatch(item -> item.path("name").isTextual())
          ? items.stream().sorted(Comparator.comparing(item -> item.path("name").asText())).toList()
          : items;
    }

    private void differ(String place, JsonNode direct, JsonNode through) {
      differences.add(new WireDifference(method, place, shown(direct), shown(through)));
    }
  }
}
