package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.RpcError;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Whom a server sent to addresses in one session, so that it can say later that they are done
 * there, and is heard by no other. Source: MCP 2025-11-25, Elicitation. Thread-safe.
 */
final class Elicitations {
  /** The most that are remembered; the oldest go first. */
  static final int MOST = 64;

  private static final int MAX_ID = 256;

  /** By the server's own names. Guarded by this. */
  private final SequencedMap<String, Conversation> open = new LinkedHashMap<>();

  /** Remembers whom a question sends to an address. */
  void asked(String method, ObjectNode params, Conversation conversation) {
    if (isAboutAddress(method, params)) {
      remember(params, conversation);
    }
  }

  /** Whether a question sends somebody to an address. */
  static boolean isAboutAddress(String method, ObjectNode params) {
    return method.equals("elicitation/create") && params.path("mode").asText().equals("url");
  }

  /** Remembers whom an error sends to addresses, if it does. */
  void failed(ObjectNode error, Conversation conversation) {
    if (error.path("code").asInt() == RpcError.URL_ELICITATION_REQUIRED) {
      for (var elicitation : error.path("data").path("elicitations")) {
        if (elicitation instanceof ObjectNode params) {
          remember(params, conversation);
        }
      }
    }
  }

  private synchronized void remember(ObjectNode params, Conversation conversation) {
    var id = params.path("elicitationId").asText();
    if (!id.isEmpty() && id.length() <= MAX_ID && conversation.client().canBeAsked()) {
      open.putIfAbsent(id, conversation);
      if (open.size() > MOST) {
        open.pollFirstEntry();
      }
    }
  }

  /** Tells the one who was sent that it is done, once. */
  void completed(ObjectNode params) {
    Optional<Conversation> sent;
    synchronized (this) {
      sent = Optional.ofNullable(open.remove(params.path("elicitationId").asText()));
    }
    sent.ifPresent(conversation -> conversation.completed(params));
  }
}
