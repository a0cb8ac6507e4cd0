package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.Attempts.Wanted;
import dev.sallyport.mcp.registry.Introduction;
import dev.sallyport.mcp.registry.McpServer;
import dev.sallyport.mcp.registry.RegisteredItem;
import dev.sallyport.mcp.registry.RegisteredPrompt;
import dev.sallyport.mcp.registry.RegisteredResource;
import dev.sallyport.mcp.registry.RegisteredTemplate;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.upstream.Extensions;
import dev.sallyport.mcp.upstream.FurtherCapabilities;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.quarantine.QuarantineGuide;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What each caller has: of what was approved, that which it may use. Everything is in one order,
 * and no server is asked. Thread-safe.
 */
final class Entitlements {
  private final ToolRegistry registry;
  private final Attempts attempts;
  private final Views views = new Views();

  Entitlements(ToolRegistry registry, Attempts attempts) {
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

  /** Whether what a server says goes into quarantine, unless its caller may read it. */
  static boolean isContained(McpServer server) {
    return server.settings().quarantine() != QuarantineMode.TRUSTED;
  }

  /** Whether what using an item gives goes into quarantine, unless its caller may read it. */
  static boolean isContained(RegisteredItem item) {
    return item instanceof RegisteredTool tool
        ? tool.mode() != QuarantineMode.TRUSTED
        : isContained(item.server());
  }

  /**
   * The definitions that a caller has, in the order of what names them. Not to be changed.
   *
   * @throws Refusal with UNKNOWN_SERVER if the caller has nothing of that server
   */
  List<ObjectNode> list(
      Caller caller, Optional<String> server, ListKind kind, Optional<ToolsView> asked) {
    requireKnown(caller, server);
    var view = view(caller, server, kind);
    return kind == ListKind.TOOLS && isSearched(caller, asked)
        ? wrappers(view.isContained())
        : view;
  }

  private boolean isSearched(Caller caller, Optional<ToolsView> asked) {
    return asked.map(ToolsView.SEARCH::equals).orElseGet(() -> attempts.searchesTools(caller));
  }

  private static View wrappers(boolean contained) {
    var view = View.EMPTY.with(Wrappers.definitions());
    return contained ? view.with(QuarantineTools.definitions()) : view;
  }

  /** A number for all that a caller is listed. */
  int fingerprint(Caller caller, Optional<String> server, ListKind kind) {
    return view(caller, server, kind).fingerprint();
  }

  /** How a caller uses what it has, in words that its model can read; empty if that is plain. */
  Optional<String> instructions(Caller caller, Optional<String> server) {
    if (hasContained(caller, server)) {
      return Optional.of(QuarantineGuide.FULL);
    }
    return server
        .filter(name -> !isHidden(caller, name))
        .flatMap(registry::introduction)
        .filter(introduction -> isKnown(caller, Optional.of(introduction.server().name())))
        .flatMap(Introduction::instructions);
  }

  /** What a caller can use here, as MCP says it of a server. */
  ObjectNode capabilities(Caller caller, Optional<String> server) {
    var capabilities = Json.object();
    capabilities.putObject("tools").put("listChanged", true);
    for (var introduction : introductions(caller, server)) {
      if (isKnown(caller, Optional.of(introduction.server().name()))) {
        add(introduction, capabilities);
        if (server.isPresent() && !isContained(introduction.server())) {
          FurtherCapabilities.add(
              FurtherCapabilities.of(introduction.capabilities()), capabilities);
        }
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

  private List<Introduction> introductions(Caller caller, Optional<String> server) {
    return server.isEmpty()
        ? registry.introductions()
        : server.filter(name -> !isHidden(caller, name)).flatMap(registry::introduction).stream()
            .toList();
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

  /**
   * Refuses what was not found, on record: as unknown, or as out of reach while it is not known
   * what its server has.
   */
  Refusal missing(Wanted wanted, RefusalCode unknown) {
    boolean certain = registry.settle(wanted.target().server(), Duration.ZERO);
    return attempts.refuse(
        wanted, new Refusal(certain ? unknown : RefusalCode.UPSTREAM_UNAVAILABLE));
  }

  /**
   * Whether a server is doubted that a caller may not know of. Who waits for what a server has
   * knows by that alone that it is there; to this caller it is one that is not.
   */
  boolean isHidden(Caller caller, String server) {
    return !registry.settle(server, Duration.ZERO) && !attempts.mayKnow(caller, server);
  }

  /** A tool by the name that a caller has for it, whether or not the caller may use it. */
  Optional<RegisteredTool> tool(Caller caller, Optional<String> server, String name) {
    if (isHidden(caller, MeantName.of(server, name).server())) {
      return Optional.empty();
    }
    return server.isPresent() ? registry.find(server.get(), name) : registry.find(name);
  }

  /**
   * As {@link #tool}, where the tool is used now: of a server that was seen as lately as it has to
   * be.
   */
  Optional<RegisteredTool> toolInUse(Caller caller, Optional<String> server, String name) {
    return isFresh(caller, MeantName.of(server, name).server())
        ? tool(caller, server, name)
        : Optional.empty();
  }

  /**
   * Whether a server was seen as lately as it has to be where something of it is used. It is looked
   * at again for callers who may know of it; to others it is one that is not there.
   */
  boolean isFresh(Caller caller, String server) {
    return registry.freshen(server, () -> attempts.mayKnow(caller, server));
  }

  private boolean isKnown(Caller caller, Optional<String> server) {
    return Stream.of(ListKind.values()).anyMatch(kind -> !view(caller, server, kind).isEmpty());
  }

  private boolean hasContained(Caller caller, Optional<String> server) {
    return view(caller, server, ListKind.TOOLS).isContained();
  }

  private View view(Caller caller, Optional<String> server, ListKind kind) {
    var sight = attempts.sight(caller); // before what it is held against
    if (server.isPresent() && isHidden(caller, server.get())) {
      return View.EMPTY;
    }
    var items = items(server, kind);
    return views.get(sight, items, server.isEmpty(), () -> made(caller, server, items));
  }

  /** What of the items a caller may use; with the operations on what is held, if any is. */
  private View made(Caller caller, Optional<String> server, List<? extends RegisteredItem> items) {
    var visible = items.stream().filter(item -> attempts.visible(caller, target(item)));
    var view = View.of(visible, server.isEmpty());
    return view.isContained() && items.getFirst() instanceof RegisteredTool
        ? view.with(QuarantineTools.definitions())
        : view;
  }

  /** Of one server, if one is named: no other is looked at. */
  private List<? extends RegisteredItem> items(Optional<String> server, ListKind kind) {
    return switch (kind) {
      case TOOLS -> server.map(registry::tools).orElseGet(registry::tools);
      case PROMPTS -> server.map(registry::prompts).orElseGet(registry::prompts);
      case RESOURCES -> server.map(registry::resources).orElseGet(registry::resources);
      case TEMPLATES -> server.map(registry::templates).orElseGet(registry::templates);
    };
  }
}
