package dev.sallyport.gateway.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.io.IOException;

/**
 * Tells by one look whether a request is a turn: a tool of it is of type {@code mcp}, or an item of
 * its input is one of those that only turns give.
 */
final class TurnSigns {
  private static final String SERVER = "mcp";
  private static final String ITEM = "mcp_";

  private TurnSigns() {}

  /** Whether there are any; none in what is not JSON in UTF-8. */
  static boolean in(byte[] body) {
    try (var parser = WireJson.lookAt(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      boolean found = false;
      while (!found && parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        found = (name.equals("tools") || name.equals("input")) && some(parser, name);
        if (!found) {
          parser.skipChildren();
        }
      }
      return found;
    } catch (IOException | MalformedReplyException _) {
      return false;
    }
  }

  private static boolean some(JsonParser list, String name) throws IOException {
    if (list.currentToken() != JsonToken.START_ARRAY) {
      return false;
    }
    boolean found = false;
    while (list.nextToken() != JsonToken.END_ARRAY) {
      if (list.currentToken() != JsonToken.START_OBJECT) {
        list.skipChildren();
        continue;
      }
      while (list.nextToken() == JsonToken.FIELD_NAME) {
        boolean type = list.currentName().equals("type");
        boolean text = list.nextToken() == JsonToken.VALUE_STRING;
        found |= type && text && isSign(name, list.getText());
        list.skipChildren();
      }
    }
    return found;
  }

  private static boolean isSign(String list, String type) {
    return list.equals("tools") ? type.equals(SERVER) : type.startsWith(ITEM);
  }
}
