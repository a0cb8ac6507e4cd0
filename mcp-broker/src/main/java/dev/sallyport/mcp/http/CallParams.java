package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import java.util.List;

/** What of a call's params goes on to the server beside the tool's arguments. */
final class CallParams {
  private static final String META = "_meta";

  /** Names that each end of a connection uses with the other end alone. */
  private static final List<String> OF_THIS_HOP =
      List.of("io.modelcontextprotocol/", "dev.sallyport/");

  private CallParams() {}

  /**
   * All that the gateway does not know: what it does know it says itself, and what would ask a
   * server for something that the gateway cannot give back is left out.
   */
  static ObjectNode besides(ObjectNode params) {
    var besides = Json.object();
    for (var member : params.properties()) {
      switch (member.getKey()) {
        case "name", "arguments", "task", "inputResponses", "requestState", META -> {}
        default -> besides.set(member.getKey(), member.getValue());
      }
    }
    var meta = carried(params.path(META));
    if (!meta.isEmpty()) {
      besides.set(META, meta);
    }
    return besides;
  }

  private static ObjectNode carried(JsonNode meta) {
    var carried = Json.object();
    for (var member : meta.properties()) {
      var name = member.getKey();
      if (!name.equals(Meta.PROGRESS_TOKEN) && OF_THIS_HOP.stream().noneMatch(name::startsWith)) {
        carried.set(name, member.getValue());
      }
    }
    return carried;
  }
}
