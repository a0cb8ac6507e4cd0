package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.registry.Introduction;
import dev.sallyport.mcp.registry.McpServer;
import dev.sallyport.mcp.registry.RegisteredContent;
import dev.sallyport.mcp.registry.RegisteredItem;
import dev.sallyport.mcp.registry.RegisteredPrompt;
import dev.sallyport.mcp.registry.RegisteredResource;
import dev.sallyport.mcp.registry.RegisteredTemplate;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.upstream.Extensions;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.quarantine.QuarantineGuide;
import dev.sallyport.sandbox.quarantine.QuarantineMode;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What each caller has: of what was approved, that which it may use. Everything is in one order,
 * and no server is asked. Thread-safe.
 */
final class Catalogue {
  private final ToolRegistry registry;
  private final Attempts attempts;

  Catalogue(ToolRegistry registry, Attempts attempts) {
    this.registry = registry;
    this.attempts = attempts;
  }

  /** What is acted on where an item is used. */
  static Target target(RegisteredItem item) {
    var server = item.server().name();
    return switch (item) {
      case RegisteredTool tool -> new Target.Tool(server, tool.name());
      case RegisteredPrompt prompt -> new Target.Prompt(server, prompt.name());
      case RegisteredResource resource -> new Target.Resource(server, resource.uri());
      case RegisteredTemplate template -> new Target.Template(server, template.uri());
      case Introduction _ -> new Target.ServerInspection(server);
    };
  }

  /** Whether what a server says goes into quarantine. */
  static boolean isContained(McpServer server) {
    return server.settings().quarantine() == QuarantineMode.STRICT;
  }

  /**
   * The definitions that a caller has, in the order of what names them. Not to be changed.
   *
   * @throws Refusal with UNKNOWN_SERVER if the caller has nothing of that server
   */
  List<ObjectNode> list(
      Caller caller, Optional<String> server, ListKind kind, Optional<ToolsView> asked) {
    requireKnown(caller, server);
    if (kind == ListKind.TOOLS && isSearched(caller, asked)) {
      return wrappers(hasContained(caller, server));
    }
    var items = visible(caller, server, kind);
    var definitions = new ArrayList<ObjectNode>(items.size() + 3);
    for (var item : items) {
      definitions.add(server.isPresent() ? item.definition() : exposed(item));
    }
    if (kind == ListKind.TOOLS && hasContained(caller, server)) {
      definitions.addAll(QuarantineTools.definitions());
    }
    definitions.sort(Comparator.comparing(definition -> definition.path(kind.key()).asText()));
    return definitions;
  }

  private boolean isSearched(Caller caller, Optional<ToolsView> asked) {
    return asked.map(ToolsView.SEARCH::equals).orElseGet(() -> attempts.searchesTools(caller));
  }

  private static List<ObjectNode> wrappers(boolean contained) {
    var definitions = new ArrayList<>(Wrappers.definitions());
    if (contained) {
      definitions.addAll(QuarantineTools.definitions());
    }
    definitions.sort(Comparator.comparing(definition -> definition.path("name").asText()));
    return definitions;
  }

  /** A number for all that a caller is listed. */
  int fingerprint(Caller caller, Optional<String> server, ListKind kind) {
    int fingerprint = 1;
    for (var item : visible(caller, server, kind)) {
      fingerprint = 31 * fingerprint + Objects.hash(item.server().name(), item.key(), item.pin());
    }
    return fingerprint;
  }

  /** How a caller uses what it has, in words that its model can read; empty if that is plain. */
  Optional<String> instructions(Caller caller, Optional<String> server) {
    if (hasContained(caller, server)) {
      return Optional.of(QuarantineGuide.FULL);
    }
    return server
        .flatMap(registry::introduction)
        .filter(introduction -> isKnown(caller, Optional.of(introduction.server().name())))
        .flatMap(Introduction::instructions);
  }

  /** What a caller can use here, as MCP says it of a server. */
  ObjectNode capabilities(Caller caller, Optional<String> server) {
    var capabilities = Json.object();
    capabilities.putObject("tools").put("listChanged", true);
    for (var introduction : introductions(server)) {
      if (isKnown(caller, Optional.of(introduction.server().name()))) {
        add(introduction, capabilities);
      }
    }
    return capabilities;
  }

  private static void add(Introduction introduction, ObjectNode capabilities) {
    var has = introduction.capabilities();
    if (has.has("prompts")) {
      capabilities.withObjectProperty("prompts").put("listChanged", true);
    }
    if (has.has("resources")) {
      var resources = capabilities.withObjectProperty("resources").put("listChanged", true);
      if (has.path("resources").path("subscribe").asBoolean()) {
        resources.put("subscribe", true);
      }
    }
    if (Extensions.hasTasks(has)) {
      capabilities.setAll(Extensions.tasks());
    }
    if (has.has("completions")) {
      capabilities.withObjectProperty("completions");
    }
    if (has.has("logging") && !isContained(introduction.server())) {
      capabilities.withObjectProperty("logging");
    }
  }

  private List<Introduction> introductions(Optional<String> server) {
    return server
        .map(name -> registry.introduction(name).stream().toList())
        .orElseGet(registry::introductions);
  }

  /**
   * Makes sure that a caller has something of a server, if one is named.
   *
   * @throws Refusal with UNKNOWN_SERVER if it has not
   */
  void requireKnown(Caller caller, Optional<String> server) {
    if (server.isPresent() && !isKnown(caller, server)) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
  }

  private boolean isKnown(Caller caller, Optional<String> server) {
    return Stream.of(ListKind.values())
        .anyMatch(kind -> visibleItems(caller, server, kind).findAny().isPresent());
  }

  private boolean hasContained(Caller caller, Optional<String> server) {
    return items(server, ListKind.TOOLS)
        .filter(tool -> isContained(tool.server()))
        .anyMatch(tool -> attempts.visible(caller, target(tool)));
  }

  private List<RegisteredItem> visible(Caller caller, Optional<String> server, ListKind kind) {
    return visibleItems(caller, server, kind).toList();
  }

  private Stream<RegisteredItem> visibleItems(
      Caller caller, Optional<String> server, ListKind kind) {
    return items(server, kind).filter(item -> attempts.visible(caller, target(item)));
  }

  /** Of one server, if one is named: no other is looked at. */
  private Stream<RegisteredItem> items(Optional<String> server, ListKind kind) {
    var items =
        switch (kind) {
          case TOOLS -> server.map(registry::tools).orElseGet(registry::tools);
          case PROMPTS -> server.map(registry::prompts).orElseGet(registry::prompts);
          case RESOURCES -> server.map(registry::resources).orElseGet(registry::resources);
          case TEMPLATES -> server.map(registry::templates).orElseGet(registry::templates);
        };
    return items.stream().map(RegisteredItem.class::cast);
  }

  private static ObjectNode exposed(RegisteredItem item) {
    return switch (item) {
      case RegisteredTool tool -> tool.exposedDefinition();
      case RegisteredPrompt prompt -> prompt.exposedDefinition();
      case RegisteredContent content ->
          ExposedUri.of(content.server().name(), content.definition());
      case Introduction introduction -> introduction.definition();
    };
  }
}
