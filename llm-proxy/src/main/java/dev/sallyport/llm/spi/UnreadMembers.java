package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Names what messages and tools of a chat request say beside what translations read, such as a
 * parameter that is newer than they are: it does not go on. Pure.
 */
public final class UnreadMembers {
  private static final String MESSAGES = "messages";
  private static final String TOOLS = "tools";

  /** Where a part of a message says that a prompt is to be cached up to its end. */
  public static final String CACHE_BREAKPOINT = "messages.content.prompt_cache_breakpoint";

  /** What is read, or named where it cannot be carried, by the place of the object. */
  private static final Map<String, Set<String>> READ =
      Map.ofEntries(
          Map.entry(
              MESSAGES,
              Set.of(
                  "content",
                  "function_call",
                  "is_error",
                  "name",
                  "reasoning",
                  "reasoning_details",
                  "refusal",
                  "role",
                  "tool_call_id",
                  "tool_calls")),
          Map.entry(
              "messages.content",
              Set.of(
                  "cache_control", "file", "image_url", "input_audio", "refusal", "text", "type")),
          Map.entry("messages.content.file", Set.of("file_data", "file_id", "filename")),
          Map.entry("messages.content.image_url", Set.of("detail", "url")),
          Map.entry("messages.content.input_audio", Set.of("data", "format")),
          Map.entry("messages.tool_calls", Set.of("custom", "function", "id", "index", "type")),
          Map.entry("messages.tool_calls.custom", Set.of("input", "name")),
          Map.entry("messages.tool_calls.function", Set.of("arguments", "name")),
          Map.entry(TOOLS, Set.of("cache_control", "custom", "function", "type")),
          Map.entry("tools.custom", Set.of("description", "format", "name")),
          Map.entry("tools.function", Set.of("description", "name", "parameters", "strict")));

  /** Tools of other types are named whole. */
  private static final Set<String> TYPES_OF_TOOLS = Set.of("custom", "function");

  private UnreadMembers() {}

  /**
   * Names what is not read.
   *
   * @param more the places of what this translation reads beside
   * @param dropped takes the names
   */
  public static void name(JsonNode chat, Set<String> more, Set<String> dropped) {
    var members = new Members(READ, Map.of(), more);
    BiConsumer<String, JsonNode> found =
        (name, value) -> {
          if (saysSomething(value)) {
            dropped.add(name);
          }
        };
    members.unread(MESSAGES, chat.path(MESSAGES), found);
    for (var tool : chat.path(TOOLS)) {
      if (TYPES_OF_TOOLS.contains(tool.path("type").asText(""))) {
        members.unread(TOOLS, tool, found);
      }
    }
  }

  /** Whether leaving such a value out leaves something out: what is off, or empty, is nothing. */
  public static boolean saysSomething(JsonNode value) {
    return !(value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isContainerNode() && value.isEmpty()));
  }
}
