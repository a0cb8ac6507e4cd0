package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Extensions;
import dev.sallyport.mcp.upstream.FurtherCapabilities;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import java.util.List;
import java.util.Optional;

/** Reads what clients say of themselves. */
final class ClientFaces {
  /** The most bytes of what a client declares beside what it can be asked for. */
  private static final int MAX_FURTHER_BYTES = 4_096;

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
  private static ObjectNode asked(JsonNode capabilities) {
    var asked = Json.object();
    for (var name : ClientFace.ASKED) {
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

  /** What a client can do, as it says when it begins a session. */
  static ObjectNode inSession(JsonNode capabilities) {
    var said = asked(capabilities);
    FurtherCapabilities.add(further(capabilities), said);
    return said;
  }

  /** Too much of it is left out, and so is what says nothing. */
  private static ObjectNode further(JsonNode capabilities) {
    var further = FurtherCapabilities.of(capabilities);
    if (further.path(FurtherCapabilities.EXPERIMENTAL).isEmpty()) {
      further.remove(FurtherCapabilities.EXPERIMENTAL);
    }
    return further.isEmpty() || Json.bytes(further).length <= MAX_FURTHER_BYTES
        ? further
        : Json.object();
  }

  /** What a request of its own says. */
  static ClientFace of(JsonNode meta) {
    var capabilities = meta.path(Meta.CLIENT_CAPABILITIES);
    ObjectNode said = asked(capabilities).setAll(Extensions.of(capabilities));
    FurtherCapabilities.add(further(capabilities), said);
    return new ClientFace(said, Optional.ofNullable(meta.path(Meta.LOG_LEVEL).textValue()));
  }
}
