package dev.sallyport.gateway.server;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.ResourceMetadata;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/** Refuses what no route of the data plane takes: the wrong method, or no such path. */
final class Unrouted {
  private static final String GET = "GET";

  /** The method of each path of the gateway's own; other routes refuse methods themselves. */
  private static final Map<String, String> METHODS =
      Map.of("/health/live", GET, "/health/ready", GET);

  private Unrouted() {}

  static void refuse(ServerRequest request, ServerResponse response) {
    var path = request.path().path();
    var allowed = path.startsWith(ResourceMetadata.PATH) ? GET : METHODS.getOrDefault(path, "");
    if (allowed.isEmpty() || request.prologue().method().text().equals(allowed)) {
      throw new Refusal(
          RefusalCode.UNKNOWN_PATH,
          "There is nothing at this path. MCP is at /mcp and /mcp/SERVER, models are under /v1.");
    }
    response.header(HeaderNames.ALLOW, allowed);
    throw new Refusal(RefusalCode.METHOD_NOT_ALLOWED);
  }
}
