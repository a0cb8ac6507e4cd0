package dev.sallyport.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.Usage;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tools of one call that its provider would run, as they are paid for.
 *
 * @param tools their plain names, as prices have them
 * @param most how many calls of them there may be
 * @param told whether the provider says how many there were
 */
record HostedUse(Set<String> tools, long most, boolean told) {
  /** There are none. */
  static final HostedUse NONE = new HostedUse(Set.of(), 0, true);

  private static final int MOST_SAID = 1_000_000;

  HostedUse {
    tools = Set.copyOf(tools);
  }

  /** Those that a request brings which goes on in this form. */
  static HostedUse in(Form form, JsonNode request) {
    var types = HostedTools.in(form, request);
    if (types.isEmpty()) {
      return NONE;
    }
    var tools = new TreeSet<String>();
    types.forEach(type -> tools.add(HostedTools.plain(type)));
    return switch (form) {
      case CHAT, EMBEDDINGS -> new HostedUse(tools, tools.size(), false);
      case RESPONSES -> new HostedUse(tools, said(request, "max_tool_calls"), true);
      case MESSAGES -> new HostedUse(tools, uses(request, types), true);
    };
  }

  /** What a provider was left without a bound for has the usual one. */
  private static long uses(JsonNode messages, Set<String> types) {
    long most = 0;
    for (var type : types) {
      long listed = 0;
      for (var tool : messages.path("tools")) {
        if (tool.path("type").asText("").equals(type)) {
          listed += said(tool, HostedTools.MOST_USES);
        }
      }
      most += listed == 0 ? HostedTools.MOST_CALLS : listed;
    }
    return most;
  }

  private static long said(JsonNode object, String name) {
    var count = object.path(name);
    return count.isIntegralNumber()
        ? Math.clamp(count.asLong(), 0, MOST_SAID)
        : HostedTools.MOST_CALLS;
  }

  /**
   * A usage with the calls in it: one of each tool where nobody said how many there were.
   *
   * @param counted whether the provider counted to the end
   */
  Usage in(Usage usage, boolean counted) {
    if (!usage.calls().isEmpty() || (told && counted)) {
      return usage;
    }
    var called = usage;
    for (var tool : tools) {
      called = called.plusCalls(tool, 1);
    }
    return called;
  }
}
