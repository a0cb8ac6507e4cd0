package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Target;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the tools, the prompts and the URIs of one server are bound to.
 *
 * @param uris empty if none is bound
 * @param demands what access tokens must hold for all that the server has
 * @param toolDemands what they must hold beside that for a tool
 */
record ServerBindings(
    Map<String, BoundAction> tools,
    Map<String, BoundAction> prompts,
    Optional<BoundUris> uris,
    List<Demand> demands,
    Map<String, Demand> toolDemands) {
  static final ServerBindings NONE =
      new ServerBindings(Map.of(), Map.of(), Optional.empty(), List.of(), Map.of());

  ServerBindings {
    tools = Map.copyOf(tools);
    prompts = Map.copyOf(prompts);
    demands = List.copyOf(demands);
    toolDemands = Map.copyOf(toolDemands);
  }

  /** All that something is bound to. */
  Stream<BoundAction> actions() {
    return Stream.of(
            tools.values(), prompts.values(), uris.map(BoundUris::actions).orElse(List.of()))
        .flatMap(Collection::stream);
  }

  /** All that access tokens must hold for something that the server has. */
  List<Demand> demands(Target target) {
    var own =
        target instanceof Target.Tool tool
            ? Optional.ofNullable(toolDemands.get(tool.tool()))
            : Optional.<Demand>empty();
    return own.isEmpty() ? demands : Stream.concat(demands.stream(), own.stream()).toList();
  }
}
