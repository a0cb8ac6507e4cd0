package dev.sallyport.mcp.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An argument of a tool that stands in a header, too: its schema says {@code x-mcp-header}. Source:
 * MCP 2026-07-28, Streamable HTTP, "Custom Headers from Tool Parameters".
 *
 * @param header what follows {@code Mcp-Param-}
 * @param path the names that lead to the argument, from the outermost
 */
public record HeaderAnnotation(String header, List<String> path) {
  private static final String KEYWORD = "x-mcp-header";
  private static final String PROPERTIES = "properties";
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

  /** What holds schemas by names that are free. */
  private static final Set<String> NAMED =
      Set.of(PROPERTIES, "patternProperties", "$defs", "definitions", "dependentSchemas");

  /** What holds values and no schemas. */
  private static final Set<String> VALUES = Set.of("default", "const", "enum", "examples");

  public HeaderAnnotation {
    path = List.copyOf(path);
  }

  /** The annotations of a schema that is valid. */
  public static List<HeaderAnnotation> of(JsonNode schema) {
    var properties = schema.get(PROPERTIES);
    if (properties == null || properties.isEmpty()) {
      return List.of();
    }
    var found = new ArrayList<HeaderAnnotation>();
    collect(properties, List.of(), found);
    return found;
  }

  /**
   * Whether all annotations of a schema may stand where they do: each a token, none twice whatever
   * its case, on a text, an integer or a truth value that is reached by {@code properties} alone.
   */
  public static boolean areValid(JsonNode schema) {
    return !schema.has(KEYWORD) && areValid(schema, true, new HashSet<>());
  }

  /** The argument in a call; a missing node if there is none. */
  public JsonNode in(JsonNode arguments) {
    var at = arguments;
    for (var name : path) {
      at = at.path(name);
    }
    return at;
  }

  private static void collect(JsonNode properties, List<String> above, List<HeaderAnnotation> to) {
    for (var property : properties.properties()) {
      var header = property.getValue().path(KEYWORD).textValue();
      var nested = property.getValue().get(PROPERTIES);
      if (header == null && nested == null) {
        continue;
      }
      var path = new ArrayList<>(above);
      path.add(property.getKey());
      if (header != null) {
        to.add(new HeaderAnnotation(header, path));
      }
      if (nested != null) {
        collect(nested, path, to);
      }
    }
  }

  private static boolean areValid(JsonNode schema, boolean reached, Set<String> seen) {
    if (schema.isArray()) {
      return areAllValid(schema, false, seen);
    }
    if (schema.has(KEYWORD) && !(reached && isValid(schema, seen))) {
      return false;
    }
    for (var field : schema.properties()) {
      var name = field.getKey();
      var value = field.getValue();
      if (value.isContainerNode()
          && !VALUES.contains(name)
          && !(NAMED.contains(name)
              ? areAllValid(value, reached && name.equals(PROPERTIES), seen)
              : areValid(value, false, seen))) {
        return false;
      }
    }
    return true;
  }

  private static boolean areAllValid(JsonNode schemas, boolean reached, Set<String> seen) {
    for (var schema : schemas) {
      if (!areValid(schema, reached, seen)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValid(JsonNode schema, Set<String> seen) {
    var header = schema.path(KEYWORD).textValue();
    return header != null
        && TOKEN.matcher(header).matches()
        && TYPES.contains(schema.path("type").asText())
        && seen.add(header.toLowerCase(Locale.ROOT));
  }
}
