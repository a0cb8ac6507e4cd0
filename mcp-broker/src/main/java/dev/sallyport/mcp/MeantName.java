package dev.sallyport.mcp;

import dev.sallyport.identity.action.Target;
import java.util.Optional;

/**
 * What a name would mean that means nothing, for the record: the same at every door.
 *
 * @param server the one whose path was called, or that the name begins with; else empty
 * @param name by which that server would know it
 */
record MeantName(String server, String name) {
  private static final String SEPARATOR = "__";
  private static final int MAX_TOOL_NAME = 256;

  static MeantName of(Optional<String> server, String shown) {
    int at = shown.indexOf(SEPARATOR);
    return server.isPresent() || at < 0
        ? new MeantName(server.orElse(""), shown)
        : new MeantName(shown.substring(0, at), shown.substring(at + SEPARATOR.length()));
  }

  /** What the name of a tool would mean, of which no more is kept than tells what was meant. */
  static Target tool(Optional<String> server, String name) {
    var meant = of(server, name.length() > MAX_TOOL_NAME ? name.substring(0, MAX_TOOL_NAME) : name);
    return new Target.Tool(meant.server(), meant.name());
  }
}
