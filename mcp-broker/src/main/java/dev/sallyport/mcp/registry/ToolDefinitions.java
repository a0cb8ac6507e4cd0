package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a server says its tools are, checked. One that does not fit is left out, and said.
 *
 * @param fit by name
 * @param unfit the reason by name; of a name that cannot be shown, a stand-in
 */
record ToolDefinitions(Map<String, Seen> fit, Map<String, String> unfit) {
  /** Between the names of server and tool, where tools of all servers are shown together. */
  static final String SEPARATOR = "__";

  private static final int MAX_EXPOSED_NAME = 64;
  private static final int MAX_DEFINITION_BYTES = 64 * 1_024;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final List<String> RESERVED = List.of("q_get", "q_show", "q_ask");

  /** A definition as it was seen. */
  record Seen(ObjectNode definition, String json, String digest) {}

  static ToolDefinitions check(String server, List<ObjectNode> definitions) {
    var fit = new TreeMap<String, Seen>();
    var unfit = new TreeMap<String, String>();
    var twice = new HashSet<String>();
    for (var definition : definitions) {
      var name = definition.path("name").asText("");
      if (!NAME.matcher(name).matches()) {
        unfit.put("#" + (unfit.size() + 1), "invalid_name");
      } else if (fit.containsKey(name) || unfit.containsKey(name)) {
        twice.add(name);
      } else {
        var json = Json.bytes(definition);
        var problem = problem(server, name, definition, json.length);
        if (problem.isEmpty()) {
          fit.put(
              name,
              new Seen(definition, new String(json, StandardCharsets.UTF_8), digest(definition)));
        } else {
          unfit.put(name, problem);
        }
      }
    }
    for (var name : twice) {
      fit.remove(name);
      unfit.put(name, "name_given_twice");
    }
    return new ToolDefinitions(fit, unfit);
  }

  private static String problem(String server, String name, ObjectNode definition, int bytes) {
    if (server.length() + SEPARATOR.length() + name.length() > MAX_EXPOSED_NAME) {
      return "name_too_long";
    }
    if (RESERVED.contains(name)) {
      return "reserved_name";
    }
    if (bytes > MAX_DEFINITION_BYTES) {
      return "definition_too_large";
    }
    if (holdsInvisible(definition)) {
      return "invisible_characters";
    }
    return compiles(definition) ? "" : "invalid_input_schema";
  }

  private static boolean compiles(ObjectNode definition) {
    if (!(definition.get("inputSchema") instanceof ObjectNode schema)) {
      return false;
    }
    try {
      InputSchema.compile(schema);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static boolean holdsInvisible(JsonNode node) {
    if (node.isTextual()) {
      return VisibleText.hides(node.textValue());
    }
    if (node.isObject()) {
      return node.properties().stream()
          .anyMatch(
              member -> VisibleText.hides(member.getKey()) || holdsInvisible(member.getValue()));
    }
    for (var element : node) {
      if (holdsInvisible(element)) {
        return true;
      }
    }
    return false;
  }

  /** The digest of the whole definition, whatever the order of its names. */
  static String digest(ObjectNode definition) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Json.canonical(definition)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
