package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.ChatAssembler.Call;
import dev.sallyport.gateway.turn.ToolTable.ServerTool;
import dev.sallyport.gateway.turn.TurnTools.ToolOutput;
import java.io.IOException;

/** One call of a tool, written from its beginning to its end. */
final class McpCallItem {
  private final ResponseWriter writer;
  private final ObjectNode item;
  private final int index;

  private McpCallItem(ResponseWriter writer, ObjectNode item) throws IOException {
    this.writer = writer;
    this.item = item;
    this.index = writer.begin(item);
  }

  static McpCallItem begin(ResponseWriter writer, ServerTool tool, Call call) throws IOException {
    var item =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", writer.nextId("mcp"))
            .put("type", "mcp_call")
            .put("status", "in_progress")
            .put("server_label", tool.choice().label())
            .put("name", tool.tool())
            .put("arguments", "")
            .putNull("output")
            .putNull("error")
            .putNull("approval_request_id");
    var begun = new McpCallItem(writer, item);
    begun.tellArguments(call.arguments());
    return begun;
  }

  private void tellArguments(String arguments) throws IOException {
    writer.within("response.mcp_call.in_progress", index, _ -> {});
    item.put("arguments", arguments);
    writer.within(
        "response.mcp_call_arguments.delta", index, event -> event.put("delta", arguments));
    writer.within(
        "response.mcp_call_arguments.done", index, event -> event.put("arguments", arguments));
  }

  void end(ToolOutput output) throws IOException {
    end(output.failed() ? "failed" : "completed", output);
  }

  /** Ends it where it is: the call was given up. */
  void breakOff(ToolOutput told) throws IOException {
    end("incomplete", told);
  }

  /** The call as a client's history will have it, in chat form. */
  ObjectNode asCall() {
    var name = ToolTable.modelName(item.path("server_label").asText(), item.path("name").asText());
    return new Call(item.path("id").asText(), name, item.path("arguments").asText()).tree();
  }

  private void end(String status, ToolOutput output) throws IOException {
    item.put("status", status);
    item.put(output.failed() ? "error" : "output", output.text());
    writer.within(
        output.failed() ? "response.mcp_call.failed" : "response.mcp_call.completed",
        index,
        _ -> {});
    writer.end(index);
  }
}
