package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Origin;
import dev.sallyport.sandbox.label.Provenance;
import dev.sallyport.sandbox.label.Provenance.Leaf;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Finds where the arguments of one call come from. Not thread-safe. */
final class Provenances {
  private final Holdings holdings;
  private final TurnTrust trust;
  private final List<Leaf> leaves = new ArrayList<>();

  Provenances(Holdings holdings) {
    this.holdings = holdings;
    this.trust = holdings.trust();
  }

  Provenance of(JsonNode arguments) {
    visit("", arguments);
    return new Provenance(leaves);
  }

  private void visit(String pointer, JsonNode node) {
    if (node.isObject()) {
      for (var member : node.properties()) {
        visit(pointer + "/" + NumberText.escaped(member.getKey()), member.getValue());
      }
    } else if (node.isArray()) {
      for (var i = 0; i < node.size(); i++) {
        visit(pointer + "/" + i, node.get(i));
      }
    } else {
      leaves.add(leaf(pointer, node));
    }
  }

  private Leaf leaf(String pointer, JsonNode node) {
    if (node.isTextual()) {
      return text(pointer, node.textValue());
    }
    var part =
        node.isNumber()
            ? literal(node.asText(), trust.texts().holdNumber(node.asText()))
            : new Part(Origin.MODEL, trust.label());
    return new Leaf(pointer, part.origin(), part.label(), List.of());
  }

  /** A piece of a string, or a number. */
  private record Part(Origin origin, Label label) {
    Part join(Part other) {
      return new Part(origin == other.origin ? origin : Origin.MIXED, label.join(other.label));
    }
  }

  private Leaf text(String pointer, String text) {
    var parts = new ArrayList<Part>();
    var used = new LinkedHashSet<String>();
    var found = Reference.EXACT.matcher(text);
    var from = 0;
    while (found.find()) {
      addLiteral(parts, text.substring(from, found.start()));
      parts.add(new Part(Origin.REFERENCE, holdings.find(Reference.of(found)).asArgument()));
      used.add(found.group());
      from = found.end();
    }
    addLiteral(parts, text.substring(from));
    var whole =
        parts.stream().reduce(Part::join).orElseGet(() -> new Part(Origin.MODEL, trust.label()));
    var origin =
        whole.origin() == Origin.REFERENCE && parts.size() > 1 ? Origin.MIXED : whole.origin();
    return new Leaf(pointer, origin, whole.label(), List.copyOf(used));
  }

  private void addLiteral(List<Part> parts, String text) {
    if (Words.isSaying(text)) {
      var literal = text.strip();
      parts.add(literal(literal, trust.texts().hold(literal)));
    }
  }

  /** What is told comes before what is trusted: a content may have been what picked it. */
  private Part literal(String text, boolean trusted) {
    var own = trusted ? new Part(Origin.USER, Label.CLEAN) : new Part(Origin.MODEL, trust.label());
    var told = trust.released(text);
    if (told.isEmpty()) {
      return own;
    }
    var label = told.get().label();
    return told.get().exact()
        ? new Part(
            Origin.VALUE, label.join(trust.label()).withReaders(label.readers()).withInfluence(0))
        : own.join(new Part(Origin.VALUE, label));
  }
}
