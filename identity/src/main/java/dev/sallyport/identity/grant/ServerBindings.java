package dev.sallyport.identity.grant;

import java.util.Map;
import java.util.Optional;

/**
 * What the tools, the prompts and the URIs of one server are bound to.
 *
 * @param uris empty if none is bound
 */
record ServerBindings(
    Map<String, BoundAction> tools, Map<String, BoundAction> prompts, Optional<BoundUris> uris) {
  static final ServerBindings NONE = new ServerBindings(Map.of(), Map.of(), Optional.empty());

  ServerBindings {
    tools = Map.copyOf(tools);
    prompts = Map.copyOf(prompts);
  }
}
