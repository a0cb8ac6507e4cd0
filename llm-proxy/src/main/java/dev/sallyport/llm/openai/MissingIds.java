package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.llm.spi.Attempt;
import java.util.HexFormat;

/**
 * Ids for the calls of tools that a provider gave none, since other forms than chat have no call
 * without one. The same call has the same id, and no other has it. Pure.
 */
final class MissingIds {
  private static final int BYTES = 8;

  private MissingIds() {}

  /**
   * Gives ids to the calls that begin in some of an answer.
   *
   * @param said a message, or a delta of one
   */
  static void fill(JsonNode answer, JsonNode said, Attempt attempt) {
    int place = 0;
    for (var one : said.path("tool_calls")) {
      if (one instanceof ObjectNode call
          && call.path("id").asText("").isEmpty()
          && !call.path("function").path("name").asText("").isEmpty()) {
        var index = call.path("index").asInt(place);
        call.put("id", "call_" + digest(answer.path("id") + " " + attempt.at()) + "_" + index);
      }
      place++;
    }
  }

  private static String digest(String text) {
    return HexFormat.of().formatHex(Sha256.of(text), 0, BYTES);
  }
}
