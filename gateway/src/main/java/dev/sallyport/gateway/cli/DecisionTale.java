package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** Tells what policies say of a call, by which rule, and what would have to change. */
final class DecisionTale {
  private static final String ROW = "%-12s  %-8s  %s%n";

  private final Terminal terminal;
  private final RuleText rules;

  DecisionTale(Terminal terminal, RuleText rules) {
    this.terminal = terminal;
    this.rules = rules;
  }

  void tell(JsonNode told) {
    var out = terminal.out();
    var effect = told.path("effect").asText();
    out.println(
        (effect.equals("allow") ? terminal.good(effect) : terminal.bad(effect))
            + "  "
            + ToolText.visible(told.path("target").asText())
            + " for "
            + told.path("principal").asText());
    out.println("by       " + rules.of(told));
    if (told.has("userRule")) {
      out.println("and by   " + rules.of(told.path("userRule")));
    }
    if (told.has("resource")) {
      out.println(
          "means    action %s on resource %s"
              .formatted(told.path("action").asText(), told.path("resource").asText()));
    }
    if (told.has("token")) {
      out.println("token    " + token(told.path("token")));
    }
    if (told.has("reason")) {
      out.println(
          "why      %s; the caller is told %s"
              .formatted(told.path("reason").asText(), told.path("told").asText()));
    }
    if (told.has("shadow")) {
      var shadow = told.path("shadow");
      out.println(
          "shadow   %s by %s".formatted(shadow.path("decision").asText(), rules.of(shadow)));
    }
    considered(told.path("considered"));
    remedies(told.path("remedies"));
    out.flush();
  }

  /** What an access token must hold. */
  private static String token(JsonNode demand) {
    var parts = new ArrayList<String>();
    demand.properties().forEach(part -> parts.add(part.getKey() + " " + words(part.getValue())));
    return "must hold " + String.join(", ", parts);
  }

  private static String words(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::asText).collect(Collectors.joining(" "))
        : value.asText();
  }

  private void considered(JsonNode considered) {
    if (considered.isEmpty()) {
      return;
    }
    terminal.out().println();
    terminal.out().printf(ROW, "MATCH", "SAYS", "RULE");
    for (var one : considered) {
      terminal
          .out()
          .printf(ROW, one.path("match").asText(), one.path("says").asText(), rules.of(one));
      terminal
          .out()
          .println(
              " ".repeat(24)
                  + ToolText.visible(one.path("condition").asText(one.path("why").asText())));
    }
  }

  private void remedies(JsonNode remedies) {
    if (remedies.isEmpty()) {
      return;
    }
    terminal.out().println();
    terminal.out().println("What would have to change:");
    remedies.forEach(
        one -> terminal.out().println("- " + ToolText.visible(one.path("advice").asText())));
  }
}
