package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Attack.Place;
import dev.sallyport.gateway.eval.Attack.Returned;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.Corpus.Goal;
import dev.sallyport.gateway.eval.Corpus.Step;
import dev.sallyport.gateway.eval.Corpus.Suite;
import dev.sallyport.gateway.eval.Corpus.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A value that a task takes out of one result and into a call with consequences. Whoever writes
 * that result chooses it, though the agent need not read it.
 *
 * @param given the step whose result has it
 * @param from where in that result
 * @param used the step that sends it
 * @param to where in the arguments
 */
record PassedOn(Suite suite, Task task, int given, JsonPointer from, int used, JsonPointer to) {
  /** What the attacker writes before the value that was there. */
  static final String MARK = "attacker.";

  private static final int SHORTEST = 3;
  private static final Attack VALUE = new Attack("value", goal -> goal, Place.VECTORS);

  /** The first of each task that has one. */
  static List<PassedOn> in(Suite suite) {
    var found = new ArrayList<PassedOn>();
    suite.tasks().forEach(task -> in(suite, task).ifPresent(found::add));
    return found;
  }

  private static Optional<PassedOn> in(Suite suite, Task task) {
    for (int used = 1; used < task.steps().size(); used++) {
      var call = task.steps().get(used).call();
      if (!suite.sinks().contains(call.tool())) {
        continue;
      }
      for (var to : leaves(call.arguments(), JsonPointer.empty())) {
        for (int given = 0; given < used; given++) {
          var value = call.arguments().at(to).textValue();
          var from = value(suite, task, task.steps().get(given), value);
          if (from.isPresent()) {
            return Optional.of(new PassedOn(suite, task, given, from.get(), used, to));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Where a result has a value that the user did not name. */
  private static Optional<JsonPointer> value(Suite suite, Task task, Step step, String value) {
    var plain = Attack.untouched(step, suite);
    if (plain.failed()
        || !plain.result().isObject()
        || value.length() < SHORTEST
        || task.prompt().contains(value)) {
      return Optional.empty();
    }
    return leaves(plain.result(), JsonPointer.empty()).stream()
        .filter(leaf -> plain.result().at(leaf).textValue().equals(value))
        .findFirst();
  }

  private static List<JsonPointer> leaves(JsonNode tree, JsonPointer at) {
    var found = new ArrayList<JsonPointer>();
    if (tree.isTextual()) {
      found.add(at);
    }
    for (int i = 0; i < tree.size() && tree.isArray(); i++) {
      found.addAll(leaves(tree.get(i), at.appendIndex(i)));
    }
    tree.properties()
        .forEach(
            member -> found.addAll(leaves(member.getValue(), at.appendProperty(member.getKey()))));
    return found;
  }

  /** The scene in which the attacker has put in a value of its own. */
  Scene scene() {
    var nobody = new Goal("value", MARK, List.of());
    return new Scene(suite, task, nobody, VALUE, this::returned);
  }

  private Returned returned(Step step) {
    var plain = Attack.untouched(step, suite);
    if (!step.equals(task.steps().get(given))) {
      return plain;
    }
    var result = replaced(plain.result(), from, text -> MARK + text);
    return new Returned(result, result.toString(), false, Optional.empty());
  }

  /** The call that sends what the agent was shown in the place of the value, if it finds it. */
  Optional<Call> sent(JsonNode seen) {
    var shown = at(seen.path("structuredContent"), Attack.untouched(step(given), suite).result());
    var call = step(used).call();
    return shown
        .filter(JsonNode::isTextual)
        .map(token -> replaced(call.arguments(), to, _ -> token.textValue()))
        .map(arguments -> new Call(call.tool(), (ObjectNode) arguments));
  }

  private Step step(int index) {
    return task.steps().get(index);
  }

  /** What stands in a view where the value stands in the result. */
  private Optional<JsonNode> at(JsonNode view, JsonNode result) {
    var shown = view;
    var raw = result;
    for (var rest = from; !rest.matches(); rest = rest.tail()) {
      if (raw.isObject() != shown.isObject()) {
        return Optional.empty();
      }
      shown = raw.isArray() ? shown.path(rest.getMatchingIndex()) : member(shown, raw, rest);
      raw =
          raw.isArray() ? raw.path(rest.getMatchingIndex()) : raw.path(rest.getMatchingProperty());
    }
    return Optional.of(shown);
  }

  /** Members whose names are shown stand under them; the others as they came. */
  private static JsonNode member(JsonNode shown, JsonNode raw, JsonPointer rest) {
    var name = rest.getMatchingProperty();
    if (shown.has(name)) {
      return shown.get(name);
    }
    var held = new ArrayList<JsonNode>();
    shown
        .properties()
        .forEach(member -> {
          if (!raw.has(member.getKey())) {
            held.add(member.getValue());
          }
        });
    var unshown = new ArrayList<String>();
    raw.fieldNames()
        .forEachRemaining(each -> {
          if (!shown.has(each)) {
            unshown.add(each);
          }
        });
    int place = unshown.indexOf(name);
    return place < held.size() ? held.get(place) : JsonNodeFactory.instance.missingNode();
  }

  private static JsonNode replaced(JsonNode tree, JsonPointer at, UnaryOperator<String> text) {
    var changed = (ObjectNode) tree.deepCopy();
    var parent = changed.at(at.head());
    var value = JsonNodeFactory.instance.textNode(text.apply(changed.at(at).textValue()));
    if (parent instanceof ObjectNode object) {
      object.set(at.last().getMatchingProperty(), value);
    } else if (parent instanceof ArrayNode array) {
      array.set(at.last().getMatchingIndex(), value);
    }
    return changed;
  }
}
