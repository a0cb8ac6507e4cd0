package dev.sallyport.llm.joined;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;
import java.util.List;

/** What tells the odds of the words that were said, and so the words, bit by bit. */
public final class Odds {
  private static final String MEMBER = "logprobs";

  /**
   * The members that lead to what was said, in answers and events. Others hold what callers and
   * models make up, such as the arguments and the schemas of tools, in which the name means
   * nothing.
   */
  private static final List<String> LEADING =
      List.of("choices", "delta", "message", "response", "output", "item", "part", "content");

  private Odds() {}

  /**
   * Takes them out of an answer.
   *
   * @param body one JSON object
   * @throws MalformedReplyException if it is none
   */
  public static byte[] without(Form form, byte[] body) throws MalformedReplyException {
    var tree = WireJson.object(body);
    return empty(form, tree) ? WireJson.bytes(tree) : body;
  }

  /**
   * Takes them out of an event whose data are one JSON object.
   *
   * @throws MalformedReplyException if they are none
   */
  static byte[] withoutInEvent(Form form, byte[] frame) throws MalformedReplyException {
    var tree = WireJson.object(FrameData.of(frame));
    return empty(form, tree) ? FrameData.replace(frame, WireJson.bytes(tree)) : frame;
  }

  /** Empties them in an answer or an event; false if there were none. */
  static boolean empty(Form form, ObjectNode tree) {
    return switch (form) {
      case CHAT, RESPONSES -> emptyIn(tree);
      case MESSAGES, EMBEDDINGS -> false; // they have none
    };
  }

  private static boolean emptyIn(JsonNode node) {
    boolean emptied = false;
    if (node instanceof ObjectNode object) {
      emptied = emptyMember(object);
      for (var name : LEADING) {
        emptied |= emptyIn(object.path(name));
      }
    } else {
      for (var one : node) {
        emptied |= emptyIn(one);
      }
    }
    return emptied;
  }

  private static boolean emptyMember(ObjectNode object) {
    var odds = object.path(MEMBER);
    if (odds.isEmpty()) {
      return false;
    }
    if (odds.isArray()) {
      object.putArray(MEMBER);
    } else {
      object.putNull(MEMBER);
    }
    return true;
  }
}
