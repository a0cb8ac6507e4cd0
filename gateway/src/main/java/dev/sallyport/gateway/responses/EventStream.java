package dev.sallyport.gateway.responses;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Server-sent events to one client. Opens with the first event. */
final class EventStream implements AutoCloseable {
  private static final LiveBody.Form EVENTS =
      new LiveBody.Form(
          "text/event-stream; charset=utf-8",
          ": working\n\n".getBytes(StandardCharsets.US_ASCII),
          true);

  private final LiveBody body;
  private final JsonMapper mapper;

  EventStream(
      ServerResponse response, JsonMapper mapper, Duration heartbeat, Cancellation cancellation) {
    this.body = new LiveBody(response, EVENTS, heartbeat, cancellation);
    this.mapper = mapper;
  }

  void send(ObjectNode event) throws IOException {
    var frame =
        ("event: "
                + event.path("type").asText()
                + "\ndata: "
                + mapper.writeValueAsString(event)
                + "\n\n")
            .getBytes(StandardCharsets.UTF_8);
    body.write(frame);
    body.live();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
