package dev.sallyport.mcp.upstream;

import dev.sallyport.vault.Lent;
import java.util.Optional;

/**
 * One MCP server. Thread-safe; its methods block.
 *
 * <p>Whatever goes wrong is a {@link dev.sallyport.identity.action.Refusal} with one of the codes
 * that begin with UPSTREAM, or RESULT_TOO_LARGE. What was lent is taken out of all that it gives.
 */
public interface Upstream extends AutoCloseable {
  /** All that the server has. */
  Listing inspect(Lent lent);

  /**
   * Asks the server for something.
   *
   * @throws dev.sallyport.identity.action.CallCancelledException if the conversation was given up
   *     first
   */
  UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation);

  /**
   * Has what happens at the server told, until the server ends it or the thread is interrupted.
   *
   * @return false if the server tells nothing of its own accord, and never will
   */
  default boolean watch(Interests interests, Lent lent, UpstreamEvents events) {
    return false;
  }

  /**
   * Why it cannot be asked, as far as more is known of that than the code of a refusal; empty while
   * it can. For administrators alone: agents are told nothing of it.
   */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /**
   * How many log messages of the server were told to nobody, since it is not sure whose they are.
   */
  default long droppedLogs() {
    return 0;
  }

  /** Lets go of the server, cutting requests under way. */
  @Override
  void close();
}
