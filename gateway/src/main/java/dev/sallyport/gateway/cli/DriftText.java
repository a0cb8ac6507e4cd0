package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** How an item differs from what was approved, as text for a person. */
final class DriftText {
  private DriftText() {}

  /** What kind of change it is, in one line, if there is any. */
  static String heading(JsonNode item) {
    var before = ToolText.visible(item.at("/approved/tool").asText());
    return switch (item.at("/drift/class").asText()) {
      case "breaking" -> "A breaking change of what was approved:";
      case "additive" -> "An additive change of what was approved:";
      case "text_only" -> "A change of text only to what was approved:";
      case "moved" -> "As it was approved, but the server is somewhere else.";
      case "rename_suspect" -> "Perhaps " + before + " in a new name, which was approved:";
      default -> "";
    };
  }

  /** What is different: each place with what stood there, and what does now. */
  static List<String> lines(JsonNode item) {
    var lines = new ArrayList<String>();
    for (var change : item.at("/drift/changes")) {
      var kind = change.path("class").asText().replace('_', ' ');
      lines.add(ToolText.visible(change.path("path").asText()) + " (" + kind + ")");
      add(lines, "-", change.path("before").asText());
      add(lines, "+", change.path("after").asText());
    }
    return lines;
  }

  private static void add(List<String> lines, String sign, String json) {
    if (!json.isEmpty()) {
      lines.add("  " + sign + " " + ToolText.visible(json));
    }
  }
}
