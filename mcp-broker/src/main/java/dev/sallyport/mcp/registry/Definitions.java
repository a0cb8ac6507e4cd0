package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.uri.UriTemplate;
import dev.sallyport.mcp.definition.CanonicalForm;
import dev.sallyport.mcp.definition.Confusables;
import dev.sallyport.mcp.definition.HeaderAnnotation;
import dev.sallyport.mcp.definition.SuspiciousText;
import dev.sallyport.mcp.upstream.Listing;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a server says it has, checked. What does not fit is left out, and said.
 *
 * @param fit by key
 * @param unfit the reason by the key as text; of a name that cannot be shown, a stand-in
 * @param unfitResources the URIs of resources that do not fit
 */
record Definitions(Map<ItemKey, Seen> fit, Map<String, String> unfit, Set<String> unfitResources) {
  private static final int MAX_DEFINITION_BYTES = 64 * 1_024;
  private static final int MAX_URI = 2_048;
  private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
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
   * What needs no second look.
   *
   * @param checked digests of what this process found fit when it looked last
   * @param compiled digests of what has a schema that can be used
   */
  record Known(Set<String> checked, Set<String> compiled) {
    static final Known NOTHING = new Known(Set.of(), Set.of());
  }

  /** Checks a listing. */
  static Definitions check(ServerSettings server, Listing listing, Known known, Shadows shadows) {
    return new Check(server, known, shadows).all(listing);
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
    private final ServerSettings server;
    private final Known known;
    private final Shadows shadows;
    private final Map<ItemKey, Seen> fit = new TreeMap<>();
    private final Map<String, String> unfit = new TreeMap<>();
    private final Set<ItemKey> twice = new HashSet<>();

    private Check(ServerSettings server, Known known, Shadows shadows) {
      this.server = server;
      this.known = known;
      this.shadows = shadows;
    }

    private Definitions all(Listing listing) {
      var introduction = Introduction.pinned(listing.introduction());
      if (!introduction.isEmpty()) {
        check(new ItemKey(ItemKind.SERVER, server.name()), introduction);
      }
      each(ItemKind.TOOL, listing.tools());
      each(ItemKind.PROMPT, listing.prompts());
      each(ItemKind.RESOURCE, listing.resources());
      each(ItemKind.TEMPLATE, listing.templates());
      for (var key : twice) {
        refuse(key, "name_given_twice");
      }
      refuseAlike();
      return new Definitions(fit, unfit, unfitOf(listing.resources()));
    }

    /** The URIs of those that do not fit, as far as a URI can be so long. */
    private Set<String> unfitOf(List<ObjectNode> resources) {
      return resources.stream()
          .map(resource -> resource.path("uri").asText(""))
          .filter(uri -> uri.length() <= MAX_URI)
          .filter(uri -> !fit.containsKey(new ItemKey(ItemKind.RESOURCE, uri)))
          .collect(Collectors.toUnmodifiableSet());
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
      var digest = digest(server.origin(), key.kind(), definition);
      var problem =
          known.checked().contains(digest)
              ? malformation(key, definition) // not all of it is in the digest
              : problem(key, definition, json.length, digest);
      if (problem.isEmpty()) {
        fit.put(key, new Seen(json, digest));
      } else {
        unfit.put(key.text(), problem.get());
      }
    }

    private Optional<String> problem(ItemKey key, ObjectNode definition, int bytes, String digest) {
      if (bytes > MAX_DEFINITION_BYTES) {
        return Optional.of("definition_too_large");
      }
      var text = SuspiciousText.problem(definition);
      if (text.isPresent()) {
        return text;
      }
      boolean broken =
          switch (key.kind()) {
            case SERVER, PROMPT, RESOURCE -> false;
            case TOOL -> !known.compiled().contains(digest) && !compiles(definition);
            case TEMPLATE -> !isTemplate(key.name());
          };
      if (broken) {
        return Optional.of(
            key.kind() == ItemKind.TOOL ? "invalid_input_schema" : "invalid_uri_template");
      }
      return key.kind() == ItemKind.TOOL
              && !HeaderAnnotation.areValid(definition.path("inputSchema"))
          ? Optional.of("invalid_header_annotation")
          : malformation(key, definition).or(() -> nameProblem(key, definition));
    }

    private static Optional<String> malformation(ItemKey key, ObjectNode definition) {
      return Shape.fits(key.kind(), definition)
          ? Optional.empty()
          : Optional.of("malformed_definition");
    }

    private Optional<String> nameProblem(ItemKey key, ObjectNode definition) {
      return key.kind() == ItemKind.TOOL && ReservedNames.contains(key.name())
          ? Optional.of("reserved_name")
          : shadows.problem(key, definition);
    }

    /** Of tools that look alike one is left: one that was known before, else the first. */
    private void refuseAlike() {
      var alike = new TreeMap<String, ItemKey>();
      var refused = new ArrayList<ItemKey>();
      fit.forEach((key, seen) -> {
        if (key.kind() == ItemKind.TOOL) {
          var before = alike.putIfAbsent(look(key), key);
          if (before != null) {
            boolean isKnown = known.compiled().contains(seen.digest());
            refused.add(isKnown ? before : key);
            alike.put(look(key), isKnown ? key : before);
          }
        }
      });
      refused.forEach(key -> refuse(key, "confusable_name"));
    }

    private String look(ItemKey key) {
      return Confusables.skeleton(ExposedName.of(server.name(), key.name()));
    }

    private void refuse(ItemKey key, String why) {
      fit.remove(key);
      unfit.put(key.text(), why);
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
}
