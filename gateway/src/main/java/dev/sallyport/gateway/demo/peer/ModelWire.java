package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.demo.peer.Conversation.Reply;
import java.util.List;

/** One provider's wire form. */
interface ModelWire {
  /**
   * Reads a request strictly.
   *
   * @throws MalformedRequestException if the provider would not take it
   */
  Conversation read(JsonNode request) throws MalformedRequestException;

  /** The whole answer. */
  ObjectNode answer(Answer answer);

  /** The answer in pieces. */
  List<Event> stream(Answer answer);

  /** An error in the provider's form. */
  ObjectNode error(String type, String message);

  /**
   * What is answered.
   *
   * @param id a name for it
   * @param request what it answers
   * @param createdAt in seconds since 1970
   */
  record Answer(String id, JsonNode request, Reply reply, long createdAt) {
    private static final int CHARS_PER_TOKEN = 4;

    String model() {
      return request.path("model").asText();
    }

    int inputTokens() {
      return tokens(request.toString());
    }

    int outputTokens() {
      return switch (reply) {
        case Conversation.Say say -> tokens(say.text());
        case Conversation.Call call -> tokens(call.tool() + call.arguments());
      };
    }

    private static int tokens(String text) {
      return 1 + text.length() / CHARS_PER_TOKEN;
    }
  }

  /**
   * A server-sent event.
   *
   * @param name empty if it has none
   */
  record Event(String name, String data) {
    String wire() {
      return (name.isEmpty() ? "" : "event: " + name + "\n") + "data: " + data + "\n\n";
    }
  }
}
