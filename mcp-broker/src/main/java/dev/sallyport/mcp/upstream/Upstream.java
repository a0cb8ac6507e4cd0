package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.vault.Lent;
import java.util.List;

/**
 * One MCP server. Thread-safe; its methods block.
 *
 * <p>Whatever goes wrong is a {@link dev.sallyport.identity.action.Refusal} with one of the codes
 * that begin with UPSTREAM, or RESULT_TOO_LARGE. What was lent is taken out of all that it gives.
 */
public interface Upstream extends AutoCloseable {
  /** The definitions of all the server's tools, as the server wrote them. */
  List<ObjectNode> inspect(Lent lent);

  /**
   * Calls a tool.
   *
   * @throws dev.sallyport.identity.action.CallCancelledException if the progress was cancelled
   *     first
   */
  UpstreamAnswer call(UpstreamCall call, Lent lent, Progress progress);

  /** Lets go of the server, cutting calls under way. */
  @Override
  void close();
}
