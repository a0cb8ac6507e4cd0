package dev.sallyport.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.quarantine.Shape;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a first contract of a tool: from its approved definition, and from what its results have
 * looked like. It is a draft that a person reads, changes and applies; nothing comes into force by
 * it. Names stand in it as quoted scalars; nothing else of the server's words does, but the values
 * of enums in the approved schema.
 */
public final class ContractDraft {
  private static final int MAX_NAME = 40;
  private static final int DIGEST_CHARS = 8;

  private final StringBuilder yaml = new StringBuilder();

  private ContractDraft() {}

  /**
   * One YAML document.
   *
   * @param definition of the tool, as a person approved it
   */
  public static String of(
      String server, String tool, JsonNode definition, Map<FieldPath, Shape> shapes) {
    var draft = new ContractDraft();
    draft.head(server, tool, shapes);
    draft.results(ResultDraft.of(definition.path("outputSchema"), shapes));
    boolean egress = !definition.at("/annotations/readOnlyHint").asBoolean();
    draft.arguments(ArgumentDraft.of(definition.path("inputSchema"), egress), egress);
    return draft.yaml.toString();
  }

  private void head(String server, String tool, Map<FieldPath, Shape> shapes) {
    var results = shapes.containsKey(FieldPath.ROOT) ? shapes.get(FieldPath.ROOT).seen() : 0;
    line("# A draft: read every line before you apply it.");
    line("# %d results were looked at since the gateway started.".formatted(results));
    line("apiVersion: sallyport.dev/v1");
    line("kind: ToolContract");
    line("metadata:");
    line("  name: " + YamlText.quoted(name(server, tool)));
    line("spec:");
    line("  tool: " + YamlText.quoted(server + "/" + tool));
    line(
        "  # anybody may have written its results; raise this only if all their authors are known");
    line("  authority: PUBLIC");
  }

  private void results(ResultDraft results) {
    if (!results.fields().isEmpty()) {
      line("  results:");
      results.fields().forEach((path, one) -> suggestion(path.toString(), one));
    }
    if (results.unsaid() > 0) {
      line("  # %d more fields have no line here and stay references".formatted(results.unsaid()));
    }
  }

  private void arguments(ArgumentDraft arguments, boolean egress) {
    if (!arguments.rules().isEmpty()) {
      line("  args:");
      arguments.rules().forEach(this::suggestion);
    }
    if (!arguments.audience().isEmpty()) {
      line("  # whom a call reaches, by the names of the arguments");
      line("  audience_from: " + YamlText.list(arguments.audience()));
    }
    if (egress) {
      line("  # its definition does not say that it only reads, so it may take something out");
      line("  effects: {emits: [egress]}");
      if (arguments.audience().isEmpty()) {
        line("  # no argument says whom it reaches, so it counts as reaching everyone:");
        line("  # name one here if there is one, or leave effects out if it only reads");
        line("  audience_from: []");
      }
    }
  }

  private void suggestion(String key, Suggestion one) {
    line("    # " + one.why());
    line("    " + YamlText.quoted(key) + ": " + one.rule());
  }

  private void line(String text) {
    yaml.append(text).append('\n');
  }

  /** A name that says which tool it is, and is of no other. */
  private static String name(String server, String tool) {
    var plain = server + "-" + tool;
    var fit = plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    if (fit.equals(plain) && fit.length() <= MAX_NAME) {
      return fit;
    }
    var cut = fit.substring(0, Math.min(fit.length(), MAX_NAME));
    return "contract-" + cut + "-" + Sha256.hex(server + "/" + tool).substring(0, DIGEST_CHARS);
  }
}
