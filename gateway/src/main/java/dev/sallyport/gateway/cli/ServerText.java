package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** How it stands with a server, as text for a person. */
final class ServerText {
  private ServerText() {}

  static boolean isReady(JsonNode server) {
    return server.path("state").asText().equals("ready");
  }

  /** Whether there is something that its operator had better know. */
  static boolean isTroubled(JsonNode server) {
    return !isReady(server) || server.has("detail");
  }

  /** What is wrong with it; nothing that a terminal obeys. */
  static String trouble(JsonNode server) {
    var text = new StringBuilder(server.path("name").asText());
    if (server.has("reason")) {
      text.append(" (").append(server.path("reason").asText()).append(')');
    }
    if (server.has("detail")) {
      text.append(": ").append(ToolText.visible(server.path("detail").asText()));
    }
    return text.toString();
  }
}
