package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.uri.UriTemplate;
import dev.sallyport.mcp.definition.CanonicalForm;
import dev.sallyport.mcp.definition.Confusables;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The items of one server that may be used, in the order of their names. Never changed. */
final class Approved {
  static final Approved NONE = new Approved(Map.of(), Optional.empty(), Withheld.NOTHING);

  private final Map<ItemKey, RegisteredItem> items;
  private final Optional<String> listDigest;
  private final Withheld withheld;
  private final List<RegisteredTool> tools;
  private final List<RegisteredPrompt> prompts;
  private final List<RegisteredResource> resources;
  private final List<RegisteredTemplate> templates;
  private final Map<String, RegisteredItem> cut = new HashMap<>();
  private final Map<String, String> skeletons = new HashMap<>();

  private Approved(
      Map<ItemKey, RegisteredItem> items, Optional<String> listDigest, Withheld withheld) {
    this.items = items;
    this.listDigest = listDigest;
    this.withheld = withheld;
    this.tools = all(RegisteredTool.class);
    this.prompts = all(RegisteredPrompt.class);
    this.resources = all(RegisteredResource.class);
    this.templates = all(RegisteredTemplate.class);
    for (var tool : tools) {
      skeletons.put(Confusables.skeleton(tool.name()), tool.name());
      if (ExposedName.isCut(tool.server().name(), tool.name())) {
        cut.put(tool.exposedName(), tool);
      }
    }
    for (var prompt : prompts) {
      if (ExposedName.isCut(prompt.server().name(), prompt.name())) {
        cut.put(prompt.exposedName(), prompt);
      }
    }
  }

  /**
   * What is usable of the records; what was usable in the same form before is kept as it is.
   *
   * @param unfit the URIs of resources that are listed and that nobody can be shown
   */
  Approved with(
      McpServer server,
      List<ItemRecord> records,
      Map<String, byte[]> definitions,
      Set<String> unfit,
      Shelves shelves) {
    var now = new TreeMap<ItemKey, RegisteredItem>();
    var digests = new ArrayList<String>();
    for (var known : records) {
      if (known.present()) {
        digests.add(known.digest());
      }
      if (known.isUsable()) {
        var before = items.get(known.key());
        var definition = definitions.get(known.digest());
        if (before != null && before.pin().equals(known.digest())) {
          now.put(known.key(), before);
        } else if (definition != null) {
          now.put(known.key(), registered(server, known, definition, shelves));
        }
      }
    }
    var list = listDigest(digests);
    var kept = Withheld.of(records, unfit);
    return list.equals(listDigest) && kept.equals(withheld) && areSame(now)
        ? this
        : new Approved(now, list, kept);
  }

  private boolean areSame(Map<ItemKey, RegisteredItem> others) {
    return items.size() == others.size()
        && items.entrySet().stream()
            .allMatch(one -> one.getValue().equals(others.get(one.getKey())));
  }

  /** The digest of all that the server lists, approved or not. */
  Optional<String> listDigest() {
    return listDigest;
  }

  List<RegisteredTool> tools() {
    return tools;
  }

  List<RegisteredPrompt> prompts() {
    return prompts;
  }

  List<RegisteredResource> resources() {
    return resources;
  }

  List<RegisteredTemplate> templates() {
    return templates;
  }

  Optional<Introduction> introduction() {
    return items.values().stream()
        .filter(Introduction.class::isInstance)
        .map(Introduction.class::cast)
        .findFirst(); // in their order it would be the first
  }

  /** The approved item of a key. */
  <T extends RegisteredItem> Optional<T> find(ItemKey key, Class<T> type) {
    return Optional.ofNullable(items.get(key)).filter(type::isInstance).map(type::cast);
  }

  /**
   * What a URI can be read by: the resource of just that URI, or else, if it is not withheld, the
   * first template that covers it.
   */
  Optional<RegisteredContent> content(String uri) {
    var resource = find(new ItemKey(ItemKind.RESOURCE, uri), RegisteredContent.class);
    return resource.isPresent() || withheld.holds(uri)
        ? resource
        : templates.stream()
            .filter(template -> template.covers(uri))
            .map(RegisteredContent.class::cast)
            .findFirst();
  }

  /** The item that is shown under a name that was cut. */
  <T extends RegisteredItem> Optional<T> findCut(String exposedName, Class<T> type) {
    return Optional.ofNullable(cut.get(exposedName)).filter(type::isInstance).map(type::cast);
  }

  /** The name of the approved tool that looks so. */
  Optional<String> looking(String skeleton) {
    return Optional.ofNullable(skeletons.get(skeleton));
  }

  /** All names of tools that were approved. */
  boolean hasTool(String name) {
    return items.containsKey(ItemKey.tool(name));
  }

  private <T extends RegisteredItem> List<T> all(Class<T> type) {
    return items.values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static Optional<String> listDigest(List<String> digests) {
    if (digests.isEmpty()) {
      return Optional.empty();
    }
    var list = Json.array();
    digests.stream().sorted().forEach(list::add);
    return Optional.of(CanonicalForm.digest(list));
  }

  private static RegisteredItem registered(
      McpServer server, ItemRecord known, byte[] definition, Shelves shelves) {
    var name = known.key().name();
    var pin = known.digest();
    return switch (known.key().kind()) {
      case SERVER -> new Introduction(server, pin, parsed(definition));
      case TOOL -> new RegisteredTool(server, name, pin, definition, shelves);
      case PROMPT ->
          new RegisteredPrompt(
              server, name, ExposedName.of(server.name(), name), pin, parsed(definition));
      case RESOURCE -> new RegisteredResource(server, name, pin, parsed(definition));
      case TEMPLATE ->
          new RegisteredTemplate(server, UriTemplate.of(name), pin, parsed(definition));
    };
  }

  /** A definition as a tree of its own. */
  static ObjectNode parsed(byte[] definition) {
    try {
      return (ObjectNode) Json.parseResult(definition);
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("a stored definition was read before", e);
    }
  }
}
