package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import java.util.Optional;

/** Finds what the arguments of a tool mean in what a turn holds. Thread-safe. */
record HeldLookup(Quarantine quarantine) {
  private static final int MAX_REFERENCE_CHARS = 64;
  private static final Standing NOWHERE = Standing.of(Label.CLEAN);

  /** The value that the arguments name. */
  Held held(String turn, ToolArguments arguments) throws UnfitQuestionException {
    return quarantine.held(turn, arguments.reference());
  }

  /**
   * What lies at a path.
   *
   * @param node missing if nothing does
   */
  record Found(JsonNode node, Standing standing) {
    Found item(int index) {
      var item = node.path(index);
      return new Found(item, standing.item(item));
    }

    Found member(String name) {
      var member = node.path(name);
      return new Found(member, standing.member(name, member));
    }
  }

  /** What lies at a path in a held value. */
  Found found(String turn, Held held, HeldPath path) {
    var parsed =
        held.value().isTextual()
            ? Content.structureOf(held.text(), quarantine.limits().maxContentChars())
            : Optional.<JsonNode>empty();
    var whole =
        parsed
            .map(structure -> new Found(structure, held.standing().derived()))
            .orElseGet(() -> new Found(held.value(), held.standing()));
    return path.in(whole, part -> name(turn, part));
  }

  /** What lies at a path in a value, which is a part of a held one. */
  JsonNode at(String turn, JsonNode value, HeldPath path) {
    return path.in(new Found(value, NOWHERE), part -> name(turn, part)).node();
  }

  private String name(String turn, String part) {
    return isReference(part) ? quarantine.held(turn, part).text() : part;
  }

  /** What a scalar of the arguments is: itself, or what it refers to. */
  JsonNode meant(String turn, JsonNode scalar) {
    return scalar.isTextual() && isReference(scalar.textValue())
        ? quarantine.held(turn, scalar.textValue()).value()
        : scalar;
  }

  /** The label of all held values that have a part in what the arguments pick. */
  Label taint(String turn, ToolArguments arguments) {
    var label = Label.CLEAN;
    for (var argument : arguments.tree().properties()) {
      var found = Reference.EXACT.matcher(argument.getValue().asText(""));
      while (!argument.getKey().equals("ref") && found.find()) {
        label = label.join(quarantine.held(turn, found.group()).label());
      }
    }
    return label;
  }

  private static boolean isReference(String text) {
    return text.length() <= MAX_REFERENCE_CHARS && Reference.EXACT.matcher(text).matches();
  }
}
