package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Tells what an agent saw of a result, and why. */
final class ViewTale {
  private static final String ROW = "%6s  %-9s %-5s  %-7s  %s%n";

  private final Terminal terminal;

  ViewTale(Terminal terminal) {
    this.terminal = terminal;
  }

  void tell(JsonNode told) {
    var out = terminal.out();
    out.println("result     " + told.path("call").asText());
    out.println("turn       " + told.path("turn").asText());
    out.println("from       " + ToolText.visible(told.path("source").asText()));
    var most = told.has("mostBits") ? " of at most " + told.path("mostBits").asInt() : "";
    out.println(
        "told       %d%s bits, %d references"
            .formatted(told.path("bits").asInt(), most, told.path("references").asInt()));
    out.println();
    if (!told.path("parts").isEmpty()) {
      out.printf(ROW, "BITS", "FORM", "KIND", "WORD OF", "PATH");
      told.path("parts").forEach(this::show);
      out.println();
    }
    out.println(ToolText.visible(told.path("view").toString()));
    out.flush();
  }

  private void show(JsonNode part) {
    var path = part.path("path").asText();
    var place = ToolText.visible(path.isEmpty() ? "(all of it)" : path);
    terminal
        .out()
        .printf(
            ROW,
            String.format(Locale.ROOT, "%.2f", part.path("bits").asDouble()),
            part.path("form").asText(),
            part.path("kind").asText("-"),
            part.at("/label/authority").asText().toLowerCase(Locale.ROOT),
            place + "  " + part.path("reason").asText());
  }
}
