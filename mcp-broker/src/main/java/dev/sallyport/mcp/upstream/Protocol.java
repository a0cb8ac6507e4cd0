package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.ProductVersion;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The requests that we make as a client, and what is asked of their answers. */
final class Protocol {
  static final String INITIALIZE = "initialize";
  static final String INITIALIZED = "notifications/initialized";
  static final String DISCOVER = "server/discover";
  static final String LIST_TOOLS = "tools/list";
  static final String CALL_TOOL = "tools/call";
  static final String PROGRESS = "notifications/progress";
  static final String CANCELLED = "notifications/cancelled";

  private static final int MAX_PAGES = 100;
  private static final int MAX_TOOLS = 5_000;
  private static final Set<String> SESSION_REVISIONS =
      Set.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

  private Protocol() {}

  static ObjectNode initializeParams() {
    var params = Json.object().put("protocolVersion", Revision.R2025_11_25.label());
    params.putObject("capabilities");
    params.set("clientInfo", clientInfo());
    return params;
  }

  /** What a server says of itself when a session begins: the revision that it chose. */
  static String sessionRevision(ObjectNode initialized) {
    var revision = initialized.path("protocolVersion").asText("");
    if (!SESSION_REVISIONS.contains(revision)) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    return revision;
  }

  /** Puts into the params what each request of a stateless revision says. */
  static ObjectNode stateless(ObjectNode params) {
    var meta = params.withObjectProperty("_meta");
    meta.put(Meta.PROTOCOL_VERSION, Revision.R2026_07_28.label());
    meta.putObject(Meta.CLIENT_CAPABILITIES);
    meta.set(Meta.CLIENT_INFO, clientInfo());
    return params;
  }

  /** The result of a call, if it is one: no server may ask us for more input. */
  static ObjectNode complete(ObjectNode result) {
    var type = result.path("resultType");
    if (!type.isMissingNode() && !"complete".equals(type.textValue())) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    return result;
  }

  /** Tells a server that nobody waits for the answer to a request any more. */
  static ObjectNode cancelled(JsonNode requestId) {
    var params = Json.object().put("reason", "nobody waits for the answer");
    params.set("requestId", requestId);
    return RpcMessage.notification(CANCELLED, params);
  }

  /** Asks for one page of a list. */
  @FunctionalInterface
  interface PageSource {
    ObjectNode page(ObjectNode params);
  }

  /** All tools of all pages. */
  static List<ObjectNode> allTools(PageSource source) {
    var tools = new ArrayList<ObjectNode>();
    var params = Json.object();
    for (int page = 0; page < MAX_PAGES; page++) {
      var result = source.page(params);
      for (var tool : result.path("tools")) {
        if (!(tool instanceof ObjectNode definition) || tools.size() == MAX_TOOLS) {
          throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
        }
        tools.add(definition);
      }
      var cursor = result.path("nextCursor").textValue();
      if (cursor == null) {
        return tools;
      }
      params = Json.object().put("cursor", cursor);
    }
    throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
  }

  private static ObjectNode clientInfo() {
    return Json.object().put("name", "sallyport").put("version", ProductVersion.text());
  }
}
