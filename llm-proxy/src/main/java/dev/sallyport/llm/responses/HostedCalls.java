package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.Usage;
import java.util.Set;

/** Counts the calls of tools that a provider ran itself, by the items of its response. Pure. */
final class HostedCalls {
  private static final String CALL = "_call";

  /** What the caller runs, and what only looks among tools. */
  private static final Set<String> OF_CALLER =
      Set.of(
          "function_call",
          "custom_tool_call",
          "local_shell_call",
          "apply_patch_call",
          "computer_call",
          "tool_search_call");

  private HostedCalls() {}

  /** A usage with those calls. */
  static Usage in(JsonNode output, Usage usage) {
    var called = usage;
    for (var item : output) {
      var type = item.path("type").asText("");
      if (type.endsWith(CALL) && !OF_CALLER.contains(type)) {
        called = called.plusCalls(HostedTools.plain(type), 1);
      }
    }
    return called;
  }
}
