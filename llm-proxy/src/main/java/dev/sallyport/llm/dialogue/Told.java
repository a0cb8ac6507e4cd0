package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.dialogue.Dialogue.Said;
import dev.sallyport.llm.spi.LeftOut;

/** What the rounds so far told that the one answer of the client has to tell, too. */
final class Told {
  private static final String BETWEEN = "\n\n";

  private String text = "";
  private ObjectNode usage = JsonNodeFactory.instance.objectNode();
  private final LeftOut leftOut = new LeftOut();
  private int rounds;

  /** Whether the first round is over. */
  boolean isAgain() {
    return rounds > 0;
  }

  /** A round is over that was not the last. */
  void round(String said, JsonNode used) {
    rounds++;
    text = said(said).all();
    usage = sum(usage, used);
  }

  /** What an answer, or the end of one, names as left out; of whichever round. */
  void leftOut(JsonNode answer) {
    leftOut.take(answer);
  }

  /** Names in the answer of the last round, or the end of it, what any of them left out. */
  void tellLeftOut(ObjectNode answer) {
    leftOut.tell(answer);
  }

  /** What stands between what was said so far and what is said next. */
  String between() {
    return text.isEmpty() ? "" : BETWEEN;
  }

  /** What is said now, and all that was said with it. */
  Said said(String now) {
    return new Said(now, now.isEmpty() ? text : text + between() + now);
  }

  /** All that was used, with this. */
  ObjectNode used(JsonNode last) {
    return sum(usage, last);
  }

  private static ObjectNode sum(ObjectNode one, JsonNode other) {
    var sum = one.deepCopy();
    for (var member : other.properties()) {
      var name = member.getKey();
      var value = member.getValue();
      if (value.isIntegralNumber() && sum.path(name).isIntegralNumber()) {
        sum.put(name, sum.path(name).longValue() + value.longValue());
      } else if (value.isObject() && sum.path(name) instanceof ObjectNode before) {
        sum.set(name, sum(before, value));
      } else {
        sum.set(name, value);
      }
    }
    return sum;
  }
}
