package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Extensions;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import java.util.List;
import java.util.Optional;

/** Reads what clients say of themselves. */
final class ClientFaces {
  /** What a server may ask of a client. */
  private static final List<String> ASKED = List.of("elicitation", "sampling", "roots");

  static final String LEVEL_ADVICE =
      "The level is debug, info, notice, warning, error, critical, alert or emergency.";

  /** The severities of RFC 5424, the least first. */
  private static final List<String> LEVELS =
      List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  private ClientFaces() {}

  /** Whether that is how severe messages can be. */
  static boolean isLevel(JsonNode said) {
    return said.isTextual() && LEVELS.contains(said.textValue());
  }

  /** What a client can be asked for, in its own words. */
  static ObjectNode asked(JsonNode capabilities) {
    var asked = Json.object();
    for (var name : ASKED) {
      if (capabilities.get(name) instanceof ObjectNode said) {
        asked.set(name, said);
      }
    }
    if (asked.get("roots") instanceof ObjectNode roots && roots.has("listChanged")) {
      // Nobody could be told of that beside a request.
      asked.set("roots", roots.deepCopy().without("listChanged"));
    }
    return asked;
  }

  /** What a request of its own says. */
  static ClientFace of(JsonNode meta) {
    var capabilities = meta.path(Meta.CLIENT_CAPABILITIES);
    return new ClientFace(
        asked(capabilities).setAll(Extensions.of(capabilities)),
        Optional.ofNullable(meta.path(Meta.LOG_LEVEL).textValue()));
  }
}
