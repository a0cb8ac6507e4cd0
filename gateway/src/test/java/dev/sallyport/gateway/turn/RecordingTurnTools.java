package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two tools of a server {@code crm}: one that answers, and one that is refused. */
final class RecordingTurnTools implements TurnTools {
  final List<String> calls = new ArrayList<>();
  final List<String> refused = new ArrayList<>();

  @Override
  public List<ObjectNode> list(Caller caller, Optional<String> server) {
    if (server.isPresent() && !server.get().equals("crm")) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
    var prefix = server.isPresent() ? "" : "crm__";
    return List.of(tool(prefix + "query"), tool(prefix + "export"), tool("q_get"));
  }

  private static ObjectNode tool(String name) {
    var tool = JsonNodeFactory.instance.objectNode().put("name", name).put("description", "d");
    tool.putObject("inputSchema").put("type", "object");
    return tool;
  }

  @Override
  public ToolOutput call(
      Caller caller, Optional<String> server, String tool, ObjectNode arguments) {
    calls.add(server.orElse("*") + " " + tool + " " + arguments);
    if (tool.endsWith("export")) {
      throw new Refusal(RefusalCode.UNKNOWN_TOOL);
    }
    return new ToolOutput("{\"ref\":\"{{txt#1.n7}}\"}", false);
  }

  @Override
  public Refusal refuse(Caller caller, Optional<String> server, String tool, ObjectNode arguments) {
    refused.add(server.orElse("*") + " " + tool + " " + arguments);
    return new Refusal(RefusalCode.UNKNOWN_TOOL);
  }
}
