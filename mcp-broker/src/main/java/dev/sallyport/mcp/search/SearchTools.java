package dev.sallyport.mcp.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.registry.ReservedNames;
import dev.sallyport.mcp.wire.Json;
import java.util.List;

/** The definitions of the two tools by which a large catalogue is used, as lists show them. */
public final class SearchTools {
  /** The most tools that one search gives. */
  public static final int MAX_LIMIT = 20;

  /** How many tools a search gives that does not say. */
  public static final int DEFAULT_LIMIT = 5;

  private SearchTools() {}

  /** The definitions. They are the caller's to change. */
  public static List<ObjectNode> definitions() {
    return List.of(callTool(), searchTools());
  }

  private static ObjectNode searchTools() {
    var definition =
        Json.object()
            .put("name", ReservedNames.SEARCH_TOOLS)
            .put("title", "Search tools")
            .put(
                "description",
                "Finds the tools that fit a query best, by the words of their names, titles and"
                    + " descriptions. Gives their definitions. Call one with call_tool.");
    var schema = schema(definition);
    var properties = schema.putObject("properties");
    properties
        .putObject("query")
        .put("type", "string")
        .put("minLength", 1)
        .put("maxLength", ToolSearch.MAX_QUERY_CHARS)
        .put("description", "Words for what the tool does.");
    properties
        .putObject("server")
        .put("type", "string")
        .put("description", "The name of the one server to search in.");
    properties
        .putObject("limit")
        .put("type", "integer")
        .put("minimum", 1)
        .put("maximum", MAX_LIMIT)
        .put("default", DEFAULT_LIMIT)
        .put("description", "How many tools at most.");
    schema.putArray("required").add("query");
    definition.putObject("annotations").put("readOnlyHint", true).put("openWorldHint", false);
    return definition;
  }

  private static ObjectNode callTool() {
    var definition =
        Json.object()
            .put("name", ReservedNames.CALL_TOOL)
            .put("title", "Call a tool")
            .put(
                "description",
                "Calls a tool that search_tools gave, by its name, with arguments that fit its"
                    + " inputSchema. Gives what that tool gives.");
    var schema = schema(definition);
    var properties = schema.putObject("properties");
    properties
        .putObject("name")
        .put("type", "string")
        .put("description", "The name of the tool, as search_tools gave it.");
    properties
        .putObject("arguments")
        .put("type", "object")
        .put("description", "The arguments of the tool.");
    schema.putArray("required").add("name");
    return definition;
  }

  private static ObjectNode schema(ObjectNode definition) {
    return definition
        .putObject("inputSchema")
        .put("type", "object")
        .put("additionalProperties", false);
  }
}
