package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Readers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whom a call reaches.
 *
 * <p>A text that is one address or several, bare or as {@code Name <address>}, is those; one that
 * is an http or https URL is its host; any other is taken whole, so that hardly anybody's readers
 * cover it.
 */
final class Audience {
  private Audience() {}

  /**
   * Everyone, for a call that takes something out and does not say to whom, or says it in a way
   * that cannot be read; nobody, for one that takes nothing out and names nobody.
   */
  static Readers of(ToolContract contract, JsonNode resolved) {
    Set<String> all = new LinkedHashSet<>();
    for (var path : contract.arguments().audienceFrom()) {
      for (var node : at(path, resolved)) {
        var names = names(node).toList();
        if (names.isEmpty() && !isNothing(node)) {
          return Readers.EVERYONE;
        }
        all.addAll(names);
      }
    }
    var tooMuch =
        all.size() > Readers.MAX_NAMES
            || all.stream().anyMatch(name -> name.length() > Readers.MAX_NAME_CHARS);
    return tooMuch || (all.isEmpty() && contract.effects().isEgress())
        ? Readers.EVERYONE
        : Readers.of(all);
  }

  private static List<JsonNode> at(ArgumentPath path, JsonNode arguments) {
    var nodes = List.of(arguments);
    for (var part : path.pointer().substring(1).split("/", -1)) {
      nodes = nodes.stream().flatMap(node -> step(node, part)).toList();
    }
    return nodes;
  }

  private static Stream<JsonNode> step(JsonNode node, String part) {
    var found = new ArrayList<JsonNode>();
    if (part.equals("*")) {
      node.forEach(found::add);
    } else {
      var one = node.at("/" + part);
      if (!one.isMissingNode()) {
        found.add(one);
      }
    }
    return found.stream();
  }

  private static boolean isNothing(JsonNode node) {
    return node.isNull()
        || (node.isContainerNode() && node.isEmpty())
        || (node.isTextual() && node.textValue().isBlank());
  }

  private static Stream<String> names(JsonNode node) {
    if (node.isTextual()) {
      return Reach.names(node.textValue()).stream();
    }
    if (node.isNumber()) {
      return Stream.of(node.asText());
    }
    return node.valueStream().flatMap(Audience::names);
  }
}
