package dev.sallyport.gateway.admin;

import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.replay.Needed;
import dev.sallyport.mcp.registry.ItemKey;
import dev.sallyport.mcp.registry.ItemKind;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ToolRegistry;
import java.util.Optional;

/** What of that which policies speak of is registered and approved, and what it is called. */
final class Registered {
  private final ToolRegistry registry;

  Registered(ToolRegistry registry) {
    this.registry = registry;
  }

  /** Whether something can be called now. A model is a matter of its deployments. */
  boolean has(Target target) {
    return switch (target) {
      case Target.Tool(var server, var tool) -> registry.find(server, tool).isPresent();
      case Target.Prompt(var server, var name) -> registry.findPrompt(server, name).isPresent();
      case Target.Resource(var server, var uri) -> registry.findContent(server, uri).isPresent();
      case Target.Template(var server, var text) -> registry.findTemplate(server, text).isPresent();
      case Target.Model _,
          Target.TurnOperation _,
          Target.ServerInspection _,
          Target.Administration _ ->
          true;
    };
  }

  /**
   * What a question is about.
   *
   * @throws dev.sallyport.identity.action.Refusal if it can be read in no way
   */
  Target target(Question question) {
    var name = question.name();
    return switch (question.kind()) {
      case "tool" -> registry.find(name).map(Registered::tool).orElseGet(() -> tool(name));
      case "prompt" ->
          registry
              .findPrompt(name)
              .<Target>map(found -> new Target.Prompt(found.server().name(), found.key().name()))
              .orElseGet(() -> prompt(name));
      case "resource" -> new Target.Resource(server(question), name);
      case "template" -> new Target.Template(server(question), name);
      default -> new Target.Model(name);
    };
  }

  private static Target tool(RegisteredTool tool) {
    return new Target.Tool(tool.server().name(), tool.name());
  }

  private static Target tool(String name) {
    return new Target.Tool(before(name), after(name));
  }

  private static Target prompt(String name) {
    return new Target.Prompt(before(name), after(name));
  }

  private static String before(String name) {
    return name.substring(0, slash(name));
  }

  private static String after(String name) {
    return name.substring(slash(name) + 1);
  }

  private static int slash(String name) {
    int slash = name.indexOf('/');
    if (slash < 1) {
      throw Question.malformed("There is none of that name: write SERVER/NAME.");
    }
    return slash;
  }

  /** The server that is named, or else the one that has what can be read. */
  private String server(Question question) {
    if (question.server().isPresent()) {
      return question.server().get();
    }
    var having =
        registry.servers().stream()
            .map(status -> status.server())
            .filter(server -> has(named(question, server)))
            .toList();
    if (having.size() != 1) {
      throw Question.malformed(
          having.isEmpty()
              ? "No server has that. Name the server that is meant."
              : "Several servers have that. Name the server that is meant.");
    }
    return having.getFirst();
  }

  private static Target named(Question question, String server) {
    return question.kind().equals("template")
        ? new Target.Template(server, question.name())
        : new Target.Resource(server, question.name());
  }

  /** What keeps something from being called, whatever policies say. */
  Optional<Needed> needed(Target target, Question question) {
    if (!has(target)) {
      return Optional.of(waiting(target));
    }
    return target instanceof Target.Tool(var server, var tool)
        ? registry
            .find(server, tool)
            .flatMap(found -> found.inputSchema().misfit(question.arguments()))
            .map(pointer ->
                new Needed(
                    "fit_schema",
                    Optional.empty(),
                    "The arguments do not fit the tool's input schema at %s."
                        .formatted(pointer.isEmpty() ? "their top" : pointer)))
        : Optional.empty();
  }

  private Needed waiting(Target target) {
    var key = key(target);
    boolean waits =
        registry.records(target.server()).stream()
            .anyMatch(record -> record.key().equals(key) && record.waits());
    return waits
        ? new Needed(
            "approve_definition",
            Optional.empty(),
            "%s awaits approval of its definition: ./sallyport approve %s"
                .formatted(key.text(), target.server()))
        : new Needed(
            "register",
            Optional.empty(),
            "Server %s has no approved %s.".formatted(target.server(), key.text()));
  }

  private static ItemKey key(Target target) {
    return switch (target) {
      case Target.Tool tool -> ItemKey.tool(tool.tool());
      case Target.Prompt prompt -> new ItemKey(ItemKind.PROMPT, prompt.prompt());
      case Target.Resource resource -> new ItemKey(ItemKind.RESOURCE, resource.uri());
      case Target.Template template -> new ItemKey(ItemKind.TEMPLATE, template.template());
      case Target.Model _,
          Target.TurnOperation _,
          Target.ServerInspection _,
          Target.Administration _ ->
          new ItemKey(ItemKind.SERVER, target.server());
    };
  }
}
