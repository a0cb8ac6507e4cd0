package dev.sallyport.llm.joined;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;

/** What tells the odds of the words that were said, and so the words, bit by bit. */
public final class Odds {
  private static final String MEMBER = "logprobs";

  private Odds() {}

  /**
   * Takes them out of an answer in any form.
   *
   * @param body one JSON object
   * @throws MalformedReplyException if it is none
   */
  public static byte[] without(byte[] body) throws MalformedReplyException {
    var tree = WireJson.object(body);
    return empty(tree) ? WireJson.bytes(tree) : body;
  }

  /**
   * Takes them out of an event whose data are one JSON object.
   *
   * @throws MalformedReplyException if they are none
   */
  static byte[] withoutInEvent(byte[] frame) throws MalformedReplyException {
    var tree = WireJson.object(FrameData.of(frame));
    return empty(tree) ? FrameData.replace(frame, WireJson.bytes(tree)) : frame;
  }

  /** Empties them wherever they stand; false if there were none. */
  static boolean empty(ObjectNode tree) {
    boolean emptied = false;
    for (JsonNode parent : tree.findParents(MEMBER)) {
      var odds = parent.path(MEMBER);
      if (parent instanceof ObjectNode object && !odds.isEmpty()) {
        emptied = true;
        if (odds.isArray()) {
          object.putArray(MEMBER);
        } else {
          object.putNull(MEMBER);
        }
      }
    }
    return emptied;
  }
}
