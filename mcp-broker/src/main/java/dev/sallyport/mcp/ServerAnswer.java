package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation.Why;

/** What an agent may see of what a server answered. */
public sealed interface ServerAnswer {
  /**
   * What a model reads of it: the texts, or else the whole as JSON.
   *
   * @see #failed
   */
  String text();

  /** Whether the tool said that it failed. */
  boolean failed();

  /** A result, in the form of MCP. */
  record Result(ObjectNode result) implements ServerAnswer {
    @Override
    public String text() {
      var text = new StringBuilder();
      for (var block : result.path("content")) {
        if (!text.isEmpty()) {
          text.append('\n');
        }
        text.append(isText(block) ? block.path("text").asText() : block.toString());
      }
      return text.isEmpty() ? result.path("structuredContent").toString() : text.toString();
    }

    @Override
    public boolean failed() {
      return result.path("isError").asBoolean();
    }

    private static boolean isText(JsonNode block) {
      return "text".equals(block.path("type").textValue());
    }
  }

  /** A JSON-RPC error, as a trusted server wrote it. */
  record Failure(ObjectNode error) implements ServerAnswer {
    @Override
    public String text() {
      return error.toString();
    }

    @Override
    public boolean failed() {
      return true;
    }
  }

  /** Nothing: it was given up. */
  record Cancelled(Why why) implements ServerAnswer {
    @Override
    public String text() {
      return "cancelled";
    }

    @Override
    public boolean failed() {
      return true;
    }
  }
}
