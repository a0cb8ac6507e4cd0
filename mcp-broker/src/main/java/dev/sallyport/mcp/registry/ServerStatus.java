package dev.sallyport.mcp.registry;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How it stands with a server.
 *
 * @param inspectedAt when it last said what its tools are
 * @param unreachableSince since when it could not be asked
 * @param reason a stable code that says why it could not
 * @param tools how many definitions there are, by what was decided of them
 * @param unfit tools that cannot be shown to anyone, with a stable code that says why
 */
public record ServerStatus(
    String server,
    State state,
    Optional<Instant> inspectedAt,
    Optional<Instant> unreachableSince,
    Optional<String> reason,
    Map<ToolStatus, Integer> tools,
    Map<String, String> unfit) {
  public ServerStatus {
    tools = Map.copyOf(tools);
    unfit = Map.copyOf(unfit);
  }

  /** In short. */
  public enum State {
    /** It has not been asked yet. */
    INSPECTING,
    /** It said what its tools are. */
    READY,
    /** It could not be asked, the last time. */
    UNREACHABLE
  }
}
