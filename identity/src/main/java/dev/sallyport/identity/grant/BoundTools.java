package dev.sallyport.identity.grant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.condition.ArgumentTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of the arguments of whatever an action on a resource may be. One use. */
final class BoundTools {
  private final Map<String, ServerBindings> servers;
  private final ToolSchemas schemas;
  private final Map<String, List<Bound>> byResource = new HashMap<>();
  private final Map<Asked, Optional<ArgumentTypes>> known = new HashMap<>();

  private record Asked(String resource, String action) {}

  private record Bound(String action, ArgumentTypes types) {}

  BoundTools(Map<String, ServerBindings> servers, ToolSchemas schemas) {
    this.servers = servers;
    this.schemas = schemas;
    servers.forEach((name, server) -> {
      var tools = schemas.tools(name);
      server
          .tools()
          .forEach((tool, bound) ->
              add(
                  bound,
                  ArgumentTypes.of(
                      tools.flatMap(all -> Optional.ofNullable(all.get(tool))),
                      bound.parameters())));
      server.prompts().values().forEach(bound -> add(bound, ArgumentTypes.ANY));
      server.uris().ifPresent(uris -> uris.actions().forEach(one -> add(one, ArgumentTypes.ANY)));
    });
  }

  private void add(BoundAction bound, ArgumentTypes types) {
    byResource
        .computeIfAbsent(bound.resource(), _ -> new ArrayList<>())
        .add(new Bound(bound.action(), types));
  }

  /** Whether anything is bound to a resource. */
  boolean isBound(String resource) {
    return byResource.containsKey(resource);
  }

  /**
   * The arguments of what an action on a resource may be; empty if it can be nothing.
   *
   * @param action by its name, or all
   */
  Optional<ArgumentTypes> types(String resource, String action) {
    return known.computeIfAbsent(new Asked(resource, action), this::find);
  }

  private Optional<ArgumentTypes> find(Asked asked) {
    var all = new ArrayList<ArgumentTypes>();
    for (var bound : byResource.getOrDefault(asked.resource, List.of())) {
      if (covers(asked.action, bound.action)) {
        all.add(bound.types);
      }
    }
    var tools = schemas.tools(asked.resource);
    if (tools.isPresent()) {
      addUnbound(asked, tools.get(), all);
    } else if (!byResource.containsKey(asked.resource)) {
      all.add(ArgumentTypes.ANY); // a server of that name may come
    }
    // what is said of nothing that there is yet may still be meant
    if (all.isEmpty() && tools.isEmpty()) {
      all.add(ArgumentTypes.ANY);
    }
    return all.stream().reduce(ArgumentTypes::or);
  }

  /** A tool that is not bound is an action on its server; so are its prompts, and reading. */
  private void addUnbound(Asked asked, Map<String, JsonNode> tools, List<ArgumentTypes> all) {
    var bound = servers.getOrDefault(asked.resource, ServerBindings.NONE).tools();
    tools.forEach((tool, schema) -> {
      if (!bound.containsKey(tool) && covers(asked.action, tool)) {
        all.add(ArgumentTypes.of(Optional.of(schema), Map.of()));
      }
    });
    if (asked.action.equals(Names.ANY)
        || asked.action.startsWith("prompts/")
        || asked.action.equals("resources/read")) {
      all.add(ArgumentTypes.ANY);
    }
  }

  private static boolean covers(String asked, String action) {
    return asked.equals(Names.ANY) || asked.equals(action);
  }
}
