package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.Optional;

/**
 * How URIs are written where the resources of all servers are shown together: {@code
 * sallyport://SERVER/} and then the server's own URI as it is.
 */
record ExposedUri(String server, String uri) {
  private static final String SCHEME = "sallyport://";
  private static final List<String> URIS = List.of("uri", "uriTemplate");

  /** What a URI means that a caller names. Empty if it is none of this form. */
  static Optional<ExposedUri> parse(String exposed) {
    if (!exposed.startsWith(SCHEME)) {
      return Optional.empty();
    }
    int end = exposed.indexOf('/', SCHEME.length());
    return end < 0
        ? Optional.empty()
        : Optional.of(
            new ExposedUri(exposed.substring(SCHEME.length(), end), exposed.substring(end + 1)));
  }

  /** A definition or content of a server with its URI in this form. It shares the rest. */
  static ObjectNode of(String server, ObjectNode item) {
    var renamed = Json.object();
    renamed.setAll(item);
    for (var member : URIS) {
      var uri = item.path(member).textValue();
      if (uri != null) {
        renamed.put(member, text(server, uri));
      }
    }
    return renamed;
  }

  static String text(String server, String uri) {
    return SCHEME + server + "/" + uri;
  }

  /**
   * Writes every URI of a result in this form that a client may read: of contents, of links and of
   * what is embedded.
   */
  static ObjectNode all(String server, ObjectNode result) {
    each(result.path("contents"), server);
    blocks(result.path("content"), server);
    for (var message : result.path("messages")) {
      blocks(message.path("content"), server);
    }
    return result;
  }

  /** An error with the URI that it names in this form. */
  static ObjectNode named(String server, ObjectNode error) {
    if (error.get("data") instanceof ObjectNode data) {
      rename(data, server);
    }
    return error;
  }

  private static void blocks(JsonNode content, String server) {
    if (content instanceof ObjectNode block) {
      block(block, server);
    }
    for (var element : content) {
      if (element instanceof ObjectNode block) {
        block(block, server);
      }
    }
  }

  private static void block(ObjectNode block, String server) {
    var type = block.path("type").asText();
    if (type.equals("resource_link")) {
      rename(block, server);
    } else if (type.equals("resource") && block.get("resource") instanceof ObjectNode embedded) {
      rename(embedded, server);
    }
  }

  private static void each(JsonNode contents, String server) {
    if (contents instanceof ArrayNode) {
      for (var content : contents) {
        if (content instanceof ObjectNode read) {
          rename(read, server);
        }
      }
    }
  }

  private static void rename(ObjectNode holder, String server) {
    var uri = holder.path("uri").textValue();
    if (uri != null) {
      holder.put("uri", text(server, uri));
    }
  }
}
