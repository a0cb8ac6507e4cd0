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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The requests that we make as a client, and what is asked of their answers. */
final class Protocol {
  static final String INITIALIZE = "initialize";
  static final String PING = "ping";
  static final String INITIALIZED = "notifications/initialized";
  static final String DISCOVER = "server/discover";
  static final String CALL_TOOL = "tools/call";
  static final String PROGRESS = "notifications/progress";
  static final String CANCELLED = "notifications/cancelled";
  static final String MESSAGE = "notifications/message";
  static final String SET_LEVEL = "logging/setLevel";
  static final String SUBSCRIBE = "resources/subscribe";
  static final String UNSUBSCRIBE = "resources/unsubscribe";
  static final String LISTEN = "subscriptions/listen";
  static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";
  static final String UPDATED = "notifications/resources/updated";
  static final String TASK_CHANGED = "notifications/tasks";
  static final String ELICITATION_COMPLETE = "notifications/elicitation/complete";

  /** A request wants more of a client than it says that it can. Source: MCP 2026-07-28. */
  static final int MISSING_CAPABILITY = -32_021;

  private static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";
  private static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";

  /** What we say of ourselves. Never changed. */
  private static final ObjectNode CLIENT_INFO =
      Json.object().put("name", "sallyport").put("version", ProductVersion.text());

  private static final Set<String> SESSION_REVISIONS =
      Set.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

  private Protocol() {}

  /**
   * What begins a session.
   *
   * @param revision the newest that is to be spoken
   * @param client for whom
   */
  static ObjectNode initializeParams(Revision revision, ClientFace client) {
    var params = Json.object().put("protocolVersion", revision.label());
    params.set("capabilities", Extensions.inSession(client.capabilities()));
    params.set("clientInfo", CLIENT_INFO);
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
  static ObjectNode stateless(ObjectNode params, ClientFace client) {
    var meta = params.withObjectProperty("_meta");
    meta.put(Meta.PROTOCOL_VERSION, Revision.R2026_07_28.label());
    meta.set(Meta.CLIENT_CAPABILITIES, client.capabilities());
    client.logLevel().ifPresent(level -> meta.put(LOG_LEVEL, level));
    meta.set(Meta.CLIENT_INFO, CLIENT_INFO);
    return params;
  }

  /** Whether a notification says that a list is no longer the same. */
  static boolean isListChange(String method) {
    return switch (method) {
      case "notifications/tools/list_changed",
          "notifications/prompts/list_changed",
          "notifications/resources/list_changed" ->
          true;
      default -> false;
    };
  }

  /** Whether the revision without sessions is among those that a server names. */
  static boolean supportsStateless(JsonNode labels) {
    for (var label : labels) {
      if (Revision.R2026_07_28.label().equals(label.textValue())) {
        return true;
      }
    }
    return false;
  }

  /** What asks a stateless server to tell of what is wanted. */
  static ObjectNode listenParams(Interests interests) {
    var params = Json.object();
    var filter = params.putObject("notifications");
    if (interests.lists()) {
      filter.put("toolsListChanged", true);
      filter.put("promptsListChanged", true);
      filter.put("resourcesListChanged", true);
    }
    if (!interests.uris().isEmpty()) {
      var uris = filter.putArray("resourceSubscriptions");
      interests.uris().stream().sorted().forEach(uris::add);
    }
    if (!interests.tasks().isEmpty()) {
      var tasks = filter.putArray("taskIds");
      interests.tasks().stream().sorted().forEach(tasks::add);
    }
    return stateless(params, listener(interests));
  }

  /** As whom a stateless server is asked: of tasks it tells only those who take them. */
  static ClientFace listener(Interests interests) {
    return interests.tasks().isEmpty()
        ? ClientFace.PLAIN
        : new ClientFace(Extensions.tasks(), Optional.empty());
  }

  /** What of the wanted a stateless server said that it will tell of. */
  static Interests acknowledged(ObjectNode params, Interests interests) {
    var told = params.path("notifications");
    return new Interests(
        interests.lists(),
        common(interests.uris(), told.path("resourceSubscriptions")),
        common(interests.tasks(), told.path("taskIds")));
  }

  private static Set<String> common(Set<String> wanted, JsonNode named) {
    var common = new TreeSet<String>();
    for (var name : named) {
      if (wanted.contains(name.asText())) {
        common.add(name.asText());
      }
    }
    return common;
  }

  /** Tells of what a server says of its own accord. */
  static void tell(UpstreamEvents events, String method, ObjectNode params) {
    if (isListChange(method)) {
      events.listChanged();
    } else if (method.equals(UPDATED)) {
      events.updated(withoutSubscription(params));
    } else if (method.equals(TASK_CHANGED)) {
      events.taskChanged(withoutSubscription(params));
    } else if (method.equals(ELICITATION_COMPLETE)) {
      events.elicitationCompleted(params);
    }
  }

  /** The request that a notification is told for; empty if it names none. */
  static String subscription(ObjectNode params) {
    return params.path("_meta").path(SUBSCRIPTION_ID).asText();
  }

  /** The params as those would have them who know of no subscription of ours. */
  static ObjectNode withoutSubscription(ObjectNode params) {
    if (params.get("_meta") instanceof ObjectNode meta) {
      meta.remove(SUBSCRIPTION_ID);
      if (meta.isEmpty()) {
        params.remove("_meta");
      }
    }
    return params;
  }

  /** Tells a server that nobody waits for the answer to a request any more. */
  static ObjectNode cancelled(JsonNode requestId) {
    var params = Json.object().put("reason", "nobody waits for the answer");
    params.set("requestId", requestId);
    return RpcMessage.notification(CANCELLED, params);
  }

  /** What a server says of itself, out of what it answered to the first request. */
  static ObjectNode introduction(ObjectNode answered) {
    var introduction = Json.object();
    for (var member : List.of("serverInfo", "capabilities", "instructions")) {
      var said = answered.get(member);
      if (said != null && !said.isNull()) {
        introduction.set(member, said);
      }
    }
    var info = answered.path("_meta").get(Meta.SERVER_INFO);
    return info == null ? introduction : introduction.set("serverInfo", info);
  }

  /** The same params, to put more into: a {@code _meta} is their own, the rest is shared. */
  static ObjectNode extensible(ObjectNode params) {
    var own = Json.object();
    own.setAll(params);
    if (params.get("_meta") instanceof ObjectNode meta) {
      own.set("_meta", meta.deepCopy());
    }
    return own;
  }
}
