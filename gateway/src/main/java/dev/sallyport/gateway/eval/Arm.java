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

  /** As before, but two models stand between: see {@link TrustedSummary}. */
  SUMMARY("trusted"),

  /** The agent reads all of it and its turn's label drops; contracts as in {@link #CONTRACTS}. */
  LABELS("labels", "tainted-read"),

  /** What every server has that nobody trusts. */
  STRICT("strict"),

  /** As the one before, but closed types, dates and words of the task are shown. */
  TYPED("typed"),

  /**
   * As {@link #STRICT}, with contracts that are written from schemas alone: see {@link
   * SchemaContracts}.
   */
  CONTRACTS("contracts", "strict");

  private final String servers;
  private final String quarantine;

  Arm(String quarantine) {
    this(quarantine, quarantine);
  }

  Arm(String servers, String quarantine) {
    this.servers = servers;
    this.quarantine = quarantine;
  }

  /** As commands and reports name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether its servers have contracts. */
  boolean hasContracts() {
    return this == LABELS || this == CONTRACTS;
  }

  /** The quarantine of its servers. */
  String quarantine() {
    return quarantine;
  }

  /** The servers of a suite that this goes through. */
  String server(Corpus.Suite suite) {
    return Stage.name(servers + "-" + suite.name());
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
