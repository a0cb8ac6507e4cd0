package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The arguments of a call of a tool, which are a text in chat form and an object elsewhere. */
public final class CallArguments {
  private CallArguments() {}

  /**
   * The arguments as an object: an empty one for none, and one that holds the text if that is not
   * JSON of an object.
   *
   * @param dropped is told of a text that was not
   */
  public static ObjectNode object(String arguments, Set<String> dropped) {
    if (arguments.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return WireJson.object(arguments.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedReplyException _) {
      dropped.add("messages.tool_calls.arguments");
      return JsonNodeFactory.instance.objectNode().put("arguments", arguments);
    }
  }
}
