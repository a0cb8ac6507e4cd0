package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer in one piece.
 *
 * @param body a message, as JSON in UTF-8
 * @param headers beside those of every answer, each with its values
 */
record HttpAnswer(int status, Optional<byte[]> body, Map<String, List<String>> headers) {
  private static final Header NOT_KEPT =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  static final HttpAnswer ACCEPTED = new HttpAnswer(202, Optional.empty(), Map.of());

  static HttpAnswer of(ObjectNode message) {
    return of(200, message, Map.of());
  }

  static HttpAnswer of(int status, ObjectNode message, Map<String, List<String>> headers) {
    return new HttpAnswer(status, Optional.of(Json.bytes(message)), headers);
  }

  static HttpAnswer error(int status, JsonNode id, RpcError error) {
    return of(status, RpcMessage.failure(id, error), Map.of());
  }

  /** The same answer, where it is not part of a stream, with what else its caller may show. */
  HttpAnswer challenging(List<String> challenges) {
    return challenges.isEmpty()
        ? this
        : new HttpAnswer(
            status, body, Map.of(HeaderNames.WWW_AUTHENTICATE.defaultCase(), challenges));
  }

  /** Sends it as the one event of a stream, if it has a message and is a success. */
  void sendAsEvent(ServerResponse response) {
    if (body.isPresent() && status == Status.OK_200.code()) {
      sendEvents(response, CallStream.event(body.get()));
    } else {
      send(response);
    }
  }

  /** Sends events that are all of a stream. */
  static void sendEvents(ServerResponse response, byte[]... events) {
    var whole = new ByteArrayOutputStream();
    for (var event : events) {
      whole.writeBytes(event);
    }
    response
        .status(Status.OK_200)
        .header(NOT_KEPT)
        .header(HeaderValues.CONTENT_TYPE_EVENT_STREAM)
        .send(whole.toByteArray());
  }

  void send(ServerResponse response) {
    response.status(Status.create(status)).header(NOT_KEPT);
    headers.forEach((name, values) -> response.header(name, values.toArray(String[]::new)));
    if (body.isEmpty()) {
      response.send();
      return;
    }
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.send(body.get());
  }
}
