package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.Attempts.Wanted;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ReservedNames;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.search.SearchTools;
import dev.sallyport.mcp.search.ToolSearch;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The two tools by which a large catalogue is used. A call through {@code call_tool} is the call of
 * the tool that it names, from before it is decided on: nothing tells the two apart but that no
 * header has to repeat what the wrapped arguments say. Thread-safe.
 */
final class Wrappers {
  private static final Set<String> OF_SEARCH = Set.of("query", "server", "limit");
  private static final Set<String> OF_CALL = Set.of("name", "arguments");

  private final Attempts attempts;
  private final ToolSearch search;

  Wrappers(ToolRegistry registry, Attempts attempts) {
    this.attempts = attempts;
    search = new ToolSearch(registry);
  }

  /** What is listed in the place of all tools. */
  static List<ObjectNode> definitions() {
    return SearchTools.definitions();
  }

  static boolean isOne(String name) {
    return name.equals(ReservedNames.SEARCH_TOOLS) || name.equals(ReservedNames.CALL_TOOL);
  }

  static boolean isSearch(ToolCall call) {
    return call.name().equals(ReservedNames.SEARCH_TOOLS);
  }

  /**
   * The call that a call stands for.
   *
   * @throws Refusal that is on record, if it stands for none
   */
  ToolCall unwrapped(Caller caller, ToolCall call) {
    if (!call.name().equals(ReservedNames.CALL_TOOL)) {
      return call;
    }
    var said = call.arguments();
    var name = said.path("name").textValue();
    var arguments = said.has("arguments") ? said.get("arguments") : Json.object();
    if (name == null || !(arguments instanceof ObjectNode named) || hasMore(said, OF_CALL)) {
      throw refused(
          caller, call, "Say the name of the tool, a text, and its arguments, an object.");
    }
    if (ReservedNames.contains(name)) {
      throw refused(caller, call, "Call " + name + " itself, not through call_tool.");
    }
    // The schema of call_tool marks nothing, so clients repeat nothing; what one repeats must fit.
    var mirrored = call.mirrored().filter(headers -> !headers.isEmpty());
    return new ToolCall(name, named, call.besides(), call.retry(), mirrored);
  }

  /** The call that a call would stand for; itself if it would stand for none. */
  static ToolCall meant(ToolCall call) {
    var said = call.arguments();
    return call.name().equals(ReservedNames.CALL_TOOL)
            && said.path("name").isTextual()
            && said.path("arguments") instanceof ObjectNode named
        ? new ToolCall(said.get("name").textValue(), named)
        : call;
  }

  /** Searches the tools that a caller has. */
  ServerAnswer search(Caller caller, Optional<String> server, ToolCall call) {
    var said = call.arguments();
    var query = said.path("query").textValue();
    var limit = said.path("limit");
    boolean fits =
        query != null
            && !query.isBlank()
            && query.length() <= ToolSearch.MAX_QUERY_CHARS
            && (!said.has("server") || said.get("server").isTextual())
            && (limit.isMissingNode() || isLimit(limit))
            && !hasMore(said, OF_SEARCH);
    if (!fits) {
      throw refused(
          caller,
          call,
          "Say a query of at most %d characters, a server if you like, and a limit from 1 to %d."
              .formatted(ToolSearch.MAX_QUERY_CHARS, SearchTools.MAX_LIMIT));
    }
    return attempts.perform(
        wanted(caller, call),
        permit -> found(permit, server, query, said, limit.asInt(SearchTools.DEFAULT_LIMIT)));
  }

  private Performed<ServerAnswer> found(
      Permit permit, Optional<String> door, String query, ObjectNode said, int limit) {
    var caller = permit.action().caller();
    var named = Optional.ofNullable(said.path("server").textValue());
    boolean elsewhere = door.isPresent() && named.isPresent() && !named.equals(door);
    var found =
        elsewhere
            ? new ToolSearch.Found(List.of(), 0)
            : search.find(
                query,
                door.or(() -> named),
                tool -> attempts.visible(caller, Entitlements.target(tool)),
                limit);
    permit.facts().put("matching", found.matching());
    return Performed.succeeded(new ServerAnswer.Result(result(door, found)));
  }

  private static ObjectNode result(Optional<String> door, ToolSearch.Found found) {
    var structured = Json.object();
    var tools = structured.putArray("tools");
    for (RegisteredTool tool : found.best()) {
      tools.add(door.isPresent() ? tool.definition() : tool.exposedDefinition());
    }
    structured.put("matching", found.matching());
    var result = Json.object();
    var text = structured.toString();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result.set("structuredContent", structured);
  }

  private Refusal refused(Caller caller, ToolCall call, String advice) {
    var refusal = new Refusal(RefusalCode.INVALID_ARGUMENTS, advice);
    return attempts.refuse(wanted(caller, call), refusal);
  }

  private static Wanted wanted(Caller caller, ToolCall call) {
    var target = new Target.TurnOperation(call.name());
    return new Wanted(caller, target, call.arguments(), call.content());
  }

  private static boolean isLimit(JsonNode limit) {
    return limit.canConvertToExactIntegral()
        && limit.canConvertToInt()
        && limit.intValue() >= 1
        && limit.intValue() <= SearchTools.MAX_LIMIT;
  }

  private static boolean hasMore(ObjectNode said, Set<String> known) {
    return said.properties().stream().anyMatch(member -> !known.contains(member.getKey()));
  }
}
