package dev.sallyport.mcp.registry;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What may be used of all servers together, in the order of servers. Never changed. */
final class Catalogue {
  static final Catalogue EMPTY = new Catalogue(Map.of());

  private final Map<String, Approved> servers;
  private final List<RegisteredTool> tools;
  private final List<RegisteredPrompt> prompts;
  private final List<RegisteredResource> resources;
  private final List<RegisteredTemplate> templates;

  Catalogue(Map<String, Approved> servers) {
    this.servers = servers;
    this.tools = all(Approved::tools);
    this.prompts = all(Approved::prompts);
    this.resources = all(Approved::resources);
    this.templates = all(Approved::templates);
  }

  /** Whether it is of just these, the very same ones. */
  boolean isOf(Map<String, Approved> others) {
    return servers.size() == others.size()
        && servers.entrySet().stream().allMatch(one -> others.get(one.getKey()) == one.getValue());
  }

  Stream<Approved> servers() {
    return servers.values().stream();
  }

  List<RegisteredTool> tools() {
    return tools;
  }

  List<RegisteredPrompt> prompts() {
    return prompts;
  }

  List<RegisteredResource> resources() {
    return resources;
  }

  List<RegisteredTemplate> templates() {
    return templates;
  }

  private <T> List<T> all(Function<Approved, List<T>> kind) {
    return servers.values().stream().flatMap(one -> kind.apply(one).stream()).toList();
  }
}
