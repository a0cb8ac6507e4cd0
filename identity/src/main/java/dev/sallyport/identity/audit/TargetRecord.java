package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Target;
import java.util.Optional;

/** What an action is on, as records write it. */
public final class TargetRecord {
  private TargetRecord() {}

  /** Writes the fields of a target. */
  static void write(AsciiJson json, Target target) {
    switch (target) {
      case Target.Tool(var server, var tool) ->
          fields(json, "tool", "server", server, "tool", tool);
      case Target.Prompt(var server, var prompt) ->
          fields(json, "prompt", "server", server, "prompt", prompt);
      case Target.Resource(var server, var uri) ->
          fields(json, "server_resource", "server", server, "uri", uri);
      case Target.Template(var server, var template) ->
          fields(json, "server_template", "server", server, "template", template);
      case Target.Model(var alias) -> fields(json, "model", "alias", alias);
      case Target.TurnOperation(var name) -> fields(json, "turn", "operation", name);
      case Target.ServerInspection(var server) -> fields(json, "server", "server", server);
      case Target.Administration(var kind, var name, var verb) ->
          fields(json, "resource", "resource_kind", kind, "name", name, "verb", verb);
    }
  }

  private static void fields(AsciiJson json, String kind, String... fields) {
    json.word("kind", kind);
    for (int i = 0; i < fields.length; i += 2) {
      RecordEncoder.text(json, fields[i], fields[i + 1]);
    }
  }

  /** Reads a target back; empty if it is none that is known here, or its names were cut. */
  public static Optional<Target> read(JsonNode target) {
    for (var field : target) {
      if (RecordEncoder.isCut(field.asText())) {
        return Optional.empty();
      }
    }
    return Optional.ofNullable(
        switch (text(target, "kind")) {
          case "tool" -> new Target.Tool(text(target, "server"), text(target, "tool"));
          case "prompt" -> new Target.Prompt(text(target, "server"), text(target, "prompt"));
          case "server_resource" ->
              new Target.Resource(text(target, "server"), text(target, "uri"));
          case "server_template" ->
              new Target.Template(text(target, "server"), text(target, "template"));
          case "model" -> new Target.Model(text(target, "alias"));
          case "turn" -> new Target.TurnOperation(text(target, "operation"));
          case "server" -> new Target.ServerInspection(text(target, "server"));
          case "resource" ->
              new Target.Administration(
                  text(target, "resource_kind"), text(target, "name"), text(target, "verb"));
          default -> null;
        });
  }

  private static String text(JsonNode target, String field) {
    return target.path(field).asText();
  }
}
