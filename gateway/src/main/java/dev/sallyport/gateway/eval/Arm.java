package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.quarantine.HumanText;
import java.util.Locale;

/** What stands between the tools and the agent. */
enum Arm {
  /** A server that is trusted: what it returns is passed on as it is. */
  OFF("trusted"),

  /** As before, but with all taken out that a person would not see: what filters can do. */
  FILTER("trusted"),

  /** What every server has that nobody trusts. */
  STRICT("strict");

  private final String quarantine;

  Arm(String quarantine) {
    this.quarantine = quarantine;
  }

  /** As commands and reports name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The quarantine of its servers. */
  String quarantine() {
    return quarantine;
  }

  /** The servers of a suite that this goes through. */
  String server(Corpus.Suite suite) {
    return (quarantine + "-" + suite.name()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** What the agent reads of what came through the gateway. */
  JsonNode seen(JsonNode result) {
    return this == FILTER ? filtered(result) : result;
  }

  private static JsonNode filtered(JsonNode tree) {
    var nodes = JsonNodeFactory.instance;
    if (tree.isTextual()) {
      return nodes.textNode(HumanText.sanitise(tree.textValue()));
    }
    if (tree.isArray()) {
      var filtered = nodes.arrayNode();
      tree.forEach(item -> filtered.add(filtered(item)));
      return filtered;
    }
    if (tree.isObject()) {
      var filtered = nodes.objectNode();
      tree.properties()
          .forEach(member ->
              filtered.set(HumanText.sanitise(member.getKey()), filtered(member.getValue())));
      return filtered;
    }
    return tree;
  }
}
