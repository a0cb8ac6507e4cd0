package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Tells what recorded decisions would become. */
final class ReplayTale {
  private static final Map<String, String> NEWLY =
      Map.of(
          "allow", "newly allowed",
          "approve", "newly held",
          "limit", "newly limited",
          "deny", "newly denied");

  private final Terminal terminal;
  private final RuleText rules;

  ReplayTale(Terminal terminal, RuleText rules) {
    this.terminal = terminal;
    this.rules = rules;
  }

  void tell(JsonNode report) {
    var out = terminal.out();
    out.println(
        "%d recorded decisions: %d as before"
            .formatted(report.path("decisions").asLong(), report.path("unchanged").asLong()));
    for (var effect : new String[] {"allow", "approve", "limit", "deny"}) {
      long count = report.path("newly").path(effect).asLong();
      if (count > 0) {
        out.println();
        out.println(terminal.notable(NEWLY.get(effect) + ": " + count));
        report.path("changes").forEach(one -> change(one, effect));
      }
    }
    shadows(report.path("shadows"));
    undecided(report.path("undecided"));
    out.flush();
  }

  private void change(JsonNode one, String effect) {
    if (!one.path("to").asText().equals(effect)) {
      return;
    }
    var out = terminal.out();
    var user = one.has("user") ? " for " + one.path("user").asText() : "";
    out.println(
        "  %6d  %s%s  %s"
            .formatted(
                one.path("count").asLong(),
                one.path("principal").asText(),
                user,
                ToolText.visible(one.path("target").asText())));
    var reason = one.has("reason") ? " " + one.path("reason").asText() : "";
    out.println(
        "          was %s by %s"
            .formatted(one.path("from").asText(), RuleText.ofOld(one.path("was"))));
    out.println("          now %s%s by %s".formatted(effect, reason, rules.of(one.path("now"))));
    out.println("          such as call " + one.path("example").asText());
  }

  /** Tells what rules that are only tried would have decided. */
  void shadows(JsonNode shadows) {
    if (shadows.isEmpty()) {
      return;
    }
    var out = terminal.out();
    out.println();
    out.println(terminal.notable("by rules that are only tried:"));
    for (var one : shadows) {
      out.println(
          "  %6d  %s  %s"
              .formatted(
                  one.path("count").asLong(),
                  one.path("principal").asText(),
                  ToolText.visible(one.path("target").asText())));
      out.println(
          "          was %s, would be %s by %s"
              .formatted(
                  one.path("effect").asText(), one.path("decision").asText(), rules.of(one)));
      out.println("          such as call " + one.path("example").asText());
    }
  }

  private void undecided(JsonNode undecided) {
    if (undecided.isEmpty()) {
      return;
    }
    var out = terminal.out();
    out.println();
    out.println(terminal.notable("could not be decided again:"));
    for (var one : undecided.properties()) {
      out.println(
          "  %6d  %s: %s"
              .formatted(
                  one.getValue().path("count").asLong(),
                  one.getKey(),
                  one.getValue().path("why").asText()));
    }
  }
}
