package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.grant.ToolSchemas;
import dev.sallyport.mcp.wire.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The schemas of approved tools, for policies to be checked by. Thread-safe. */
public final class RegisteredSchemas implements ToolSchemas {
  private final ToolRegistry registry;

  public RegisteredSchemas(ToolRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Optional<Map<String, JsonNode>> tools(String server) {
    try {
      return registry
          .status(server)
          .filter(status -> status.inspectedAt().isPresent())
          .map(_ -> known(server));
    } catch (Refusal _) {
      return Optional.empty(); // it was removed meanwhile
    }
  }

  /** Of a definition that nobody has approved yet, nothing is believed but its name. */
  private Map<String, JsonNode> known(String server) {
    var schemas = new TreeMap<String, JsonNode>();
    for (var record : registry.records(server)) {
      if (record.present() && record.key().kind() == ItemKind.TOOL) {
        schemas.put(record.key().name(), Json.object());
      }
    }
    for (var tool : registry.tools(server)) {
      schemas.put(tool.name(), tool.definition().path("inputSchema"));
    }
    return schemas;
  }
}
