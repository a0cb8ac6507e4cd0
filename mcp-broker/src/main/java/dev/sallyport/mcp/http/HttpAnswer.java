package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.Optional;

/**
 * An answer in one piece.
 *
 * @param headers beside those of every answer
 */
record HttpAnswer(int status, Optional<ObjectNode> body, Map<String, String> headers) {
  static final HttpAnswer ACCEPTED = new HttpAnswer(202, Optional.empty(), Map.of());

  static HttpAnswer of(ObjectNode message) {
    return new HttpAnswer(200, Optional.of(message), Map.of());
  }

  static HttpAnswer error(int status, JsonNode id, RpcError error) {
    return new HttpAnswer(status, Optional.of(RpcMessage.failure(id, error)), Map.of());
  }

  void send(ServerResponse response) {
    response.status(Status.create(status)).header(HeaderNames.CACHE_CONTROL, "no-store");
    headers.forEach(response::header);
    if (body.isEmpty()) {
      response.send();
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(Json.bytes(body.get()));
  }
}
