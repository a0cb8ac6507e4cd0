package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.SpokenForUs;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Passes the events of a response on, and looks at each for what it says of the answer. */
final class PassedStream implements ReplyStream {
  private static final Set<String> BEFORE_CONTENT =
      Set.of(
          "response.created",
          "response.queued",
          "response.in_progress",
          "response.content_part.added",
          "response.reasoning_summary_part.added");

  private Served served = Served.UNKNOWN;
  private long contentBytes;

  @Override
  public List<Piece> accept(SseFrame came) throws MalformedReplyException {
    if (came.comment()) {
      return List.of(new Piece.Comment(came.lines()));
    }
    if (came.data().length == 0) {
      return List.of(new Piece.Event(came.lines(), false));
    }
    var event = WireJson.object(came.data());
    var frame = SpokenForUs.dropped(event, "response", came);
    var type = event.path("type").asText("");
    return switch (type) {
      case "response.completed", "response.incomplete", "response.failed" ->
          List.of(end(event.path("response"), frame));
      case "error" -> List.of(new Piece.Failed(ResponseErrors.failure(error(event))));
      case "" -> List.of(untyped(event, frame));
      default -> {
        look(event);
        yield List.of(new Piece.Event(frame.lines(), isContent(type, event)));
      }
    };
  }

  private Piece end(JsonNode response, SseFrame frame) throws MalformedReplyException {
    var ended = ResponseEnd.of(response);
    if (ended.failure().isPresent()) {
      return new Piece.Failed(ended.failure().get());
    }
    served = ResponsesPassage.served(response, ended);
    return new Piece.Finished(Optional.of(frame.lines()));
  }

  private static Piece untyped(JsonNode event, SseFrame frame) {
    return event.path("error").isObject()
        ? new Piece.Failed(ResponseErrors.failure(event.path("error")))
        : new Piece.Event(frame.lines(), false);
  }

  /** Of an event {@code error}, whose members may stand in an object of their own. */
  static JsonNode error(JsonNode event) {
    return event.path("error").isObject() ? event.path("error") : event;
  }

  private void look(JsonNode event) {
    var model = event.path("response").path("model");
    if (model.isTextual()) {
      served = new Served(Optional.of(model.textValue()), served.finishReason(), served.usage());
    }
    contentBytes += event.path("delta").asText("").length();
  }

  /** An item that is begun says something only if it is neither a message nor reasoning. */
  private static boolean isContent(String type, JsonNode event) {
    if (BEFORE_CONTENT.contains(type)) {
      return false;
    }
    if (type.endsWith(".delta")) {
      return !event.path("delta").asText("").isEmpty();
    }
    var item = event.path("item").path("type").asText("");
    return type.startsWith("response.") && !item.equals("message") && !item.equals("reasoning");
  }

  @Override
  public Served served() {
    return served;
  }

  @Override
  public long contentBytes() {
    return contentBytes;
  }
}
