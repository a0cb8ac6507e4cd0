package dev.sallyport.mcp.contract;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.mcp.contract.ContractReader.Written;
import dev.sallyport.sandbox.contract.ToolContract;
import dev.sallyport.sandbox.label.ReaderGroups;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The contracts of tools that are in force, by server and tool, and the groups of readers.
 * Immutable.
 */
public final class Contracts {
  /** The kind of their resources. */
  public static final String KIND = "ToolContract";

  /** The kind of the resources that say who is in a group of readers. */
  public static final String GROUP_KIND = "ReaderGroup";

  /** In the place of a server's name: the tools that clients of the model endpoints run. */
  public static final String CLIENT = "@client";

  /** No contract. */
  public static final Contracts NONE = new Contracts(Map.of(), ReaderGroups.NONE);

  private final Map<String, Map<String, ToolContract>> byServer;
  private final ReaderGroups groups;

  private Contracts(Map<String, Map<String, ToolContract>> byServer, ReaderGroups groups) {
    this.byServer = byServer;
    this.groups = groups;
  }

  /** The contracts that resources say. */
  public static Contracts of(ResourceSet all) throws InvalidResourcesException {
    var mistakes = new ArrayList<Mistake>();
    var byServer = new HashMap<String, Map<String, ToolContract>>();
    for (var resource : all.of(KIND)) {
      try {
        var written = ContractReader.read(resource);
        problem(written, all, byServer)
            .ifPresent(text -> mistakes.add(new Mistake(resource.key(), "/spec/tool", text)));
        byServer
            .computeIfAbsent(written.server(), _ -> new HashMap<>())
            .putIfAbsent(written.tool(), written.contract());
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    var groups = GroupReader.groups(all, mistakes);
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    var copy = new HashMap<String, Map<String, ToolContract>>();
    byServer.forEach((server, tools) -> copy.put(server, Map.copyOf(tools)));
    return new Contracts(Map.copyOf(copy), groups);
  }

  private static Optional<String> problem(
      Written written, ResourceSet all, Map<String, Map<String, ToolContract>> known) {
    var server = written.server();
    if (!server.equals(CLIENT) && all.find("McpServer", server).isEmpty()) {
      return Optional.of("there is no McpServer " + server);
    }
    var other = known.getOrDefault(server, Map.of()).get(written.tool());
    return Optional.ofNullable(other)
        .map(one -> "has ToolContract/%s already: a tool has one".formatted(one.name()));
  }

  /** Who stands behind the names of readers, and of those whom calls reach. */
  public ReaderGroups groups() {
    return groups;
  }

  /** The contracts of the tools of one server. */
  public Map<String, ToolContract> of(String server) {
    return byServer.getOrDefault(server, Map.of());
  }
}
