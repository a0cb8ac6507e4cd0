package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;

/**
 * The extensions of MCP that the gateway has a part in, as capabilities of either side name them.
 */
public final class Extensions {
  /** Where they stand in capabilities. */
  public static final String MEMBER = "extensions";

  /** An answer may be a task that goes on. Source: MCP extension "Tasks", 2026-07-28. */
  public static final String TASKS = "io.modelcontextprotocol/tasks";

  private Extensions() {}

  public static boolean hasTasks(JsonNode capabilities) {
    return capabilities.path(MEMBER).path(TASKS).isObject();
  }

  /** Capabilities that name tasks if those given do, and nothing else. */
  public static ObjectNode of(JsonNode capabilities) {
    return hasTasks(capabilities) ? tasks() : Json.object();
  }

  /** The same capabilities as sessions have them: there are no tasks of this kind. */
  public static ObjectNode inSession(ObjectNode capabilities) {
    if (!(capabilities.get(MEMBER) instanceof ObjectNode named) || !named.has(TASKS)) {
      return capabilities;
    }
    var kept = capabilities.deepCopy();
    if (named.size() == 1) {
      kept.remove(MEMBER);
    } else {
      kept.withObjectProperty(MEMBER).remove(TASKS);
    }
    return kept;
  }

  /** Capabilities that name tasks. */
  public static ObjectNode tasks() {
    var named = Json.object();
    named.putObject(MEMBER).putObject(TASKS);
    return named;
  }
}
