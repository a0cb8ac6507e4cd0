package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * A request that a fake provider received.
 *
 * @param path with the query, as it came
 * @param headers by lower-case name
 */
@SuppressWarnings("ArrayRecordComponent") // compared by no one
public record Received(String method, String path, Map<String, String> headers, byte[] body) {
  public Received {
    headers = Map.copyOf(headers);
  }

  /** The value of a header; empty if there is none. */
  public String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /**
   * The body as a tree.
   *
   * @throws Objection if it is not a JSON object
   */
  public ObjectNode json() {
    try {
      return WireJson.object(body);
    } catch (MalformedReplyException e) {
      throw new Objection("the body is " + e.getMessage());
    }
  }

  /** The path without the query, decoded. */
  public String route() {
    int query = path.indexOf('?');
    var raw = query < 0 ? path : path.substring(0, query);
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** A parameter of the query; empty if there is none. */
  public String query(String name) {
    int query = path.indexOf('?');
    for (var pair : path.substring(query + 1).split("&", -1)) {
      if (query >= 0 && pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }
}
