package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.mcp.wire.Json;
import java.util.Map;
import java.util.Optional;

/**
 * Something that is asked of a server.
 *
 * @param owner for whom; only that principal's requests may share a session with it, unless the
 *     client's face is plain
 * @param name what the method is about, by the server's own name: a tool, a prompt, a URI or a task
 * @param params as they are to be sent, without what belongs to the connection; they are not
 *     changed
 * @param mirrored the values of arguments that stand in headers, too, by the names that the tool's
 *     schema gives them
 */
public record UpstreamRequest(
    Owner owner,
    String method,
    Optional<String> name,
    ObjectNode params,
    Map<String, String> mirrored) {
  public UpstreamRequest {
    mirrored = Map.copyOf(mirrored);
  }

  /**
   * A call of a tool.
   *
   * @param besides what else is to be sent with the arguments
   */
  public static UpstreamRequest toolCall(
      Owner owner, String tool, ObjectNode arguments, ObjectNode besides) {
    var params = Json.object();
    params.setAll(besides);
    params.put("name", tool).set("arguments", arguments);
    return new UpstreamRequest(owner, Protocol.CALL_TOOL, Optional.of(tool), params, Map.of());
  }

  /** The same with other params. */
  public UpstreamRequest with(ObjectNode other) {
    return new UpstreamRequest(owner, method, name, other, mirrored);
  }

  /** The same with values that stand in headers, too. */
  public UpstreamRequest mirroring(Map<String, String> headers) {
    return headers.isEmpty() ? this : new UpstreamRequest(owner, method, name, params, headers);
  }
}
