package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a request says that goes on with one that was answered with a wish for more input. Source:
 * MCP 2026-07-28, multi round-trip requests.
 *
 * @param state what came with the wish; nothing is known of who wrote it
 * @param responses what the client says to each thing that it was asked for
 */
public record Retry(Optional<String> state, Optional<ObjectNode> responses) {
  /** Of a request that goes on with none. */
  public static final Retry NONE = new Retry(Optional.empty(), Optional.empty());

  /** What goes on, together with what the client says to what it was asked for. */
  ObjectNode with(ObjectNode content) {
    if (isNone()) {
      return content;
    }
    var whole = content.deepCopy();
    responses.ifPresent(said -> whole.set("inputResponses", said));
    state.ifPresent(carried -> whole.put("requestState", carried));
    return whole;
  }

  public boolean isNone() {
    return state.isEmpty() && responses.isEmpty();
  }
}
