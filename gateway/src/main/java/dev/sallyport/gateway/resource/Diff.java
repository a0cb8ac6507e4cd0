package dev.sallyport.gateway.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The values in which two documents differ, a line each: {@code ~ /spec/url: "a" -> "b"}. */
final class Diff {
  private final List<String> lines = new ArrayList<>();

  private Diff() {}

  static List<String> between(JsonNode before, JsonNode after) {
    var diff = new Diff();
    diff.compare("", before, after);
    return diff.lines;
  }

  private void compare(String pointer, JsonNode before, JsonNode after) {
    if (before.isObject() && after.isObject()) {
      var names = new TreeSet<String>();
      before.fieldNames().forEachRemaining(names::add);
      after.fieldNames().forEachRemaining(names::add);
      for (var name : names) {
        var inner = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
        compare(inner, before.path(name), after.path(name));
      }
    } else if (before.isArray() && after.isArray()) {
      for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
        compare(pointer + "/" + i, before.path(i), after.path(i));
      }
    } else if (!CanonicalJson.text(before).equals(CanonicalJson.text(after))) {
      lines.add(line(pointer, before, after));
    }
  }

  private static String line(String pointer, JsonNode before, JsonNode after) {
    if (pointer.isEmpty()) {
      return before instanceof MissingNode
          ? "+ " + CanonicalJson.text(after)
          : "- " + CanonicalJson.text(before);
    }
    if (before instanceof MissingNode) {
      return "+ " + pointer + ": " + CanonicalJson.text(after);
    }
    if (after instanceof MissingNode) {
      return "- " + pointer + ": " + CanonicalJson.text(before);
    }
    return "~ " + pointer + ": " + CanonicalJson.text(before) + " -> " + CanonicalJson.text(after);
  }
}
