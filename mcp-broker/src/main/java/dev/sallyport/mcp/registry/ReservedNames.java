package dev.sallyport.mcp.registry;

import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.util.Locale;
import java.util.Set;

/** The names of tools that are Sallyport's own: no server can have one. */
public final class ReservedNames {
  /** Finds tools. */
  public static final String SEARCH_TOOLS = "search_tools";

  /** Calls a tool that was found. */
  public static final String CALL_TOOL = "call_tool";

  private static final Set<String> WRAPPERS = Set.of(SEARCH_TOOLS, CALL_TOOL);

  private ReservedNames() {}

  /** Whether a name is one of these, or differs from one in the case of its letters alone. */
  public static boolean contains(String name) {
    var small = name.toLowerCase(Locale.ROOT);
    return WRAPPERS.contains(small) || QuarantineTools.has(small);
  }
}
