package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The tools of a request that a provider runs, or brings: searches, code, files, computers and MCP
 * servers that the model uses while it answers, so that no policy for tools ever sees a call. Tools
 * of a type that is not known count as such. Pure.
 */
public final class HostedTools {
  /** How many calls there may be where the caller does not say, and there is a budget. */
  public static final int MOST_CALLS = 16;

  /** By what a tool of Anthropic's is told how often it may be used. */
  public static final String MOST_USES = "max_uses";

  /** What the caller describes and runs itself, or what only chooses among such. */
  private static final Pattern OF_CALLER =
      Pattern.compile(
          "function|custom|local_shell|apply_patch|tool_search"
              + "|(bash|text_editor|memory)_\\d{8}|tool_search_tool_[a-z0-9_]*");

  private static final Pattern AFTER_NAME =
      Pattern.compile("(_\\d{8}|_preview.*|_options|_requests|_call)$");

  /** What brings tools without naming them among the tools. */
  private static final Set<String> OF_CHAT =
      Set.of(
          "compound_custom",
          "enable_search",
          "mcp_servers",
          "plugins",
          "search_parameters",
          "search_settings",
          "web_search_options");

  private static final Set<String> OF_MESSAGES = Set.of("container", "mcp_servers", "plugins");
  private static final Set<String> OF_RESPONSES = Set.of("mcp_servers", "plugins", "prompt");

  private HostedTools() {}

  /** Their types, or the members of the request that bring them, sorted. */
  public static Set<String> in(Form form, JsonNode request) {
    return switch (form) {
      case CHAT -> in(request, OF_CHAT);
      case MESSAGES -> in(request, OF_MESSAGES);
      case RESPONSES -> in(request, OF_RESPONSES);
      case EMBEDDINGS -> Set.of();
    };
  }

  /**
   * A tool's name without its version, and without what only brings it: {@code web_search} of
   * {@code web_search_20250305}, {@code web_search_preview} and {@code web_search_options}.
   */
  public static String plain(String type) {
    return switch (type) {
      case "mcp_servers", "mcp_toolset" -> "mcp";
      default -> AFTER_NAME.matcher(type).replaceFirst("");
    };
  }

  private static Set<String> in(JsonNode request, Set<String> bringing) {
    var found = new TreeSet<String>();
    for (var name : bringing) {
      if (says(request.path(name))) {
        found.add(name);
      }
    }
    tools(request.path("tools"), found);
    for (var item : request.path("input")) {
      tools(item.path("tools"), found); // added in the middle, whatever an item of that kind is
    }
    return found;
  }

  private static void tools(JsonNode tools, Set<String> found) {
    for (var tool : tools) {
      var type = tool.path("type").asText("custom");
      if (type.equals("namespace")) {
        tools(tool.path("tools"), found);
      } else if (!tool.path("type").isNull() && !OF_CALLER.matcher(type).matches()) {
        found.add(type);
      }
    }
  }

  private static boolean says(JsonNode value) {
    return !(value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isArray() && value.isEmpty()));
  }
}
