package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.definition.CanonicalForm;
import dev.sallyport.mcp.definition.UriTemplate;
import dev.sallyport.mcp.upstream.Listing;
import dev.sallyport.mcp.wire.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a server says it has, checked. What does not fit is left out, and said.
 *
 * @param fit by key
 * @param unfit the reason by the key as text; of a name that cannot be shown, a stand-in
 */
record Definitions(Map<ItemKey, Seen> fit, Map<String, String> unfit) {
  private static final int MAX_DEFINITION_BYTES = 64 * 1_024;
  private static final int MAX_URI = 2_048;
  private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern PROMPT_NAME = Pattern.compile("[\\p{L}\\p{N}_.:/ -]{1,128}");
  private static final Pattern URI =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[^\\s\"<>\\\\^`{|}]*");

  /**
   * A definition as it was seen.
   *
   * @param json in UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Seen(byte[] json, String digest) {}

  /**
   * Checks a listing.
   *
   * @param origin the digest of where the server is, which is part of what is approved
   */
  static Definitions check(String server, String origin, Listing listing) {
    return new Check(server, origin).all(listing);
  }

  /** Why items cannot be shown: those seen here, and others that the server itself named. */
  Map<String, String> unfitWith(Map<String, String> others) {
    var all = new TreeMap<>(others);
    all.putAll(unfit);
    return all;
  }

  /** The digest of a definition of a server that is at a place. */
  static String digest(String origin, ItemKind kind, ObjectNode definition) {
    var pinned = definition;
    if (kind == ItemKind.RESOURCE) { // its size and age change with its content
      pinned = definition.deepCopy();
      pinned.remove("size");
      if (pinned.get("annotations") instanceof ObjectNode annotations) {
        annotations.remove("lastModified");
      }
    }
    var whole =
        Json.object()
            .put("form", CanonicalForm.VERSION)
            .put("origin", origin)
            .put("kind", kind.label());
    return CanonicalForm.digest(whole.set("definition", CanonicalForm.of(pinned)));
  }

  /** Where the name of an item stands in its definition. */
  private static String nameField(ItemKind kind) {
    return switch (kind) {
      case SERVER, TOOL, PROMPT -> "name";
      case RESOURCE -> "uri";
      case TEMPLATE -> "uriTemplate";
    };
  }

  /** One look at one listing. For one thread. */
  private static final class Check {
    private final String server;
    private final String origin;
    private final Map<ItemKey, Seen> fit = new TreeMap<>();
    private final Map<String, String> unfit = new TreeMap<>();
    private final Set<ItemKey> twice = new HashSet<>();

    private Check(String server, String origin) {
      this.server = server;
      this.origin = origin;
    }

    private Definitions all(Listing listing) {
      var introduction = Introduction.pinned(listing.introduction());
      if (!introduction.isEmpty()) {
        check(new ItemKey(ItemKind.SERVER, server), introduction);
      }
      each(ItemKind.TOOL, listing.tools());
      each(ItemKind.PROMPT, listing.prompts());
      each(ItemKind.RESOURCE, listing.resources());
      each(ItemKind.TEMPLATE, listing.templates());
      for (var key : twice) {
        fit.remove(key);
        unfit.put(key.text(), "name_given_twice");
      }
      return new Definitions(fit, unfit);
    }

    private void each(ItemKind kind, List<ObjectNode> definitions) {
      for (var definition : definitions) {
        var key = new ItemKey(kind, definition.path(nameField(kind)).asText(""));
        if (!isName(key)) {
          unfit.put("#" + (unfit.size() + 1), "invalid_name");
        } else if (fit.containsKey(key) || unfit.containsKey(key.text())) {
          twice.add(key);
        } else {
          check(key, definition);
        }
      }
    }

    private void check(ItemKey key, ObjectNode definition) {
      var json = Json.bytes(definition);
      var problem = problem(key, definition, json.length);
      if (problem.isEmpty()) {
        fit.put(key, new Seen(json, digest(origin, key.kind(), definition)));
      } else {
        unfit.put(key.text(), problem);
      }
    }

    private String problem(ItemKey key, ObjectNode definition, int bytes) {
      if (bytes > MAX_DEFINITION_BYTES) {
        return "definition_too_large";
      }
      if (holdsInvisible(definition)) {
        return "invisible_characters";
      }
      return switch (key.kind()) {
        case SERVER, RESOURCE -> "";
        case TOOL -> toolProblem(key, definition);
        case PROMPT -> ExposedName.isTooLong(server, key.name()) ? "name_too_long" : "";
        case TEMPLATE -> isTemplate(key.name()) ? "" : "invalid_uri_template";
      };
    }

    private String toolProblem(ItemKey key, ObjectNode definition) {
      if (ExposedName.isTooLong(server, key.name())) {
        return "name_too_long";
      }
      if (ReservedNames.contains(key.name())) {
        return "reserved_name";
      }
      return compiles(definition) ? "" : "invalid_input_schema";
    }
  }

  private static boolean isName(ItemKey key) {
    return switch (key.kind()) {
      case SERVER -> true;
      case TOOL -> TOOL_NAME.matcher(key.name()).matches();
      case PROMPT -> PROMPT_NAME.matcher(key.name()).matches();
      case RESOURCE -> key.name().length() <= MAX_URI && URI.matcher(key.name()).matches();
      case TEMPLATE -> !key.name().isEmpty() && key.name().length() <= MAX_URI;
    };
  }

  private static boolean isTemplate(String text) {
    try {
      var _ = UriTemplate.of(text);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
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
}
