package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.definition.CanonicalForm;
import dev.sallyport.mcp.definition.UriTemplate;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The items of one server that may be used, in the order of their names. Never changed.
 *
 * @param listDigest the digest of all that the server lists, approved or not
 */
record Approved(Map<ItemKey, RegisteredItem> items, Optional<String> listDigest) {
  static final Approved NONE = new Approved(Map.of(), Optional.empty());

  /** What is usable of the records; what was usable in the same form before is kept as it is. */
  Approved with(McpServer server, List<ItemRecord> records, Map<String, byte[]> definitions) {
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
          now.put(known.key(), registered(server, known, parsed(definition)));
        }
      }
    }
    return new Approved(now, listDigest(digests));
  }

  /** The approved item of a key, if it is of that kind of thing. */
  <T extends RegisteredItem> Optional<T> find(ItemKind kind, String name, Class<T> type) {
    return Optional.ofNullable(items.get(new ItemKey(kind, name)))
        .filter(type::isInstance)
        .map(type::cast);
  }

  <T extends RegisteredItem> List<T> all(Class<T> type) {
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
      McpServer server, ItemRecord known, ObjectNode definition) {
    var name = known.key().name();
    var pin = known.digest();
    return switch (known.key().kind()) {
      case SERVER -> new Introduction(server, pin, definition);
      case TOOL -> RegisteredTool.of(server, name, pin, definition);
      case PROMPT ->
          new RegisteredPrompt(server, name, ExposedName.of(server.name(), name), pin, definition);
      case RESOURCE -> new RegisteredResource(server, name, pin, definition);
      case TEMPLATE -> new RegisteredTemplate(server, UriTemplate.of(name), pin, definition);
    };
  }

  private static ObjectNode parsed(byte[] definition) {
    try {
      return (ObjectNode) Json.parseResult(definition);
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("a stored definition was read before", e);
    }
  }
}
