package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What can be made of held values without anybody reading them: counted, filtered, sorted, summed,
 * compared, picked from, put together. Each answer is a number, a truth value or a new reference;
 * whatever it tells is charged to what looks into the same result may tell. Thread-safe.
 */
final class HeldOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_ITEMS = 10_000;
  private static final int MAX_TEMPLATE_CHARS = 20_000;
  private static final double TRUTH_BITS = 1;

  /** Whether there is an answer, or why there is none. */
  private static final double OUTCOME_BITS = 2;

  private static final String SPENT =
      "looks into this result have told as much as they may; pass the reference on, or ask the tool"
          + " that gave it for less at once";

  private final Quarantine quarantine;
  private final HeldLookup lookup;

  HeldOperations(Quarantine quarantine) {
    this.quarantine = quarantine;
    this.lookup = new HeldLookup(quarantine);
  }

  private enum Order implements ToolArguments.Word {
    ASCENDING,
    DESCENDING;

    @Override
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The tools that there are, and what each does. */
  enum Operation {
    COUNT,
    FILTER,
    SORT,
    DEDUPE,
    SUM,
    MIN,
    MAX,
    COMPARE,
    MATCH,
    COMPOSE;

    String tool() {
      return "q_" + name().toLowerCase(Locale.ROOT);
    }

    static Optional<Operation> find(String tool) {
      return List.of(values()).stream().filter(one -> one.tool().equals(tool)).findFirst();
    }
  }

  Projection call(String turn, Operation operation, JsonNode tree) throws UnfitQuestionException {
    var arguments = new ToolArguments(tree);
    return switch (operation) {
      case COUNT -> count(turn, arguments.only("ref", "path"));
      case FILTER -> filter(turn, arguments.only("ref", "path", "where", "is", "value"));
      case SORT -> sort(turn, arguments.only("ref", "path", "by", "order"));
      case DEDUPE -> dedupe(turn, arguments.only("ref", "path", "by"));
      case SUM -> sum(turn, arguments.only("ref", "path", "of"));
      case MIN -> extreme(turn, arguments.only("ref", "path", "of"), Comparing.VALUES.reversed());
      case MAX -> extreme(turn, arguments.only("ref", "path", "of"), Comparing.VALUES);
      case COMPARE -> compare(turn, arguments.only("ref", "path", "is", "value"));
      case MATCH -> match(turn, arguments.only("ref", "path", "what", "index"));
      case COMPOSE -> compose(turn, arguments.only("template"));
    };
  }

  private Projection count(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var found = lookup.found(turn, held, arguments.path("path")).node();
    if (!found.isContainerNode()) {
      throw unfit(turn, held, "there is no list and no object at that path to count");
    }
    return answer(turn, held, arguments, found.size(), Optional.empty());
  }

  private Projection filter(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var where = arguments.path("where");
    var relation = arguments.word("is", Relation.class, Optional.empty());
    var value = value(turn, arguments, relation);
    var kept = JSON.arrayNode();
    for (var item : items(turn, held, arguments)) {
      if (relation.holds(lookup.at(turn, item, where), value)) {
        kept.add(item);
      }
    }
    return answer(turn, held, arguments, kept.size(), Optional.of(kept));
  }

  private Projection sort(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var by = arguments.path("by");
    var order = arguments.word("order", Order.class, Optional.of(Order.ASCENDING));
    Comparator<JsonNode> ascending =
        (one, other) ->
            Comparing.VALUES.compare(lookup.at(turn, one, by), lookup.at(turn, other, by));
    var sorted = items(turn, held, arguments);
    sorted.sort(order == Order.ASCENDING ? ascending : ascending.reversed());
    var standing = standing(turn, held, arguments);
    return looked(
        turn,
        held,
        arguments,
        projector -> Optional.of(reference(projector, array(sorted), standing)));
  }

  private Projection dedupe(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var by = arguments.path("by");
    var seen = new TreeSet<JsonNode>(Comparing.VALUES);
    var kept = JSON.arrayNode();
    for (var item : items(turn, held, arguments)) {
      if (seen.add(lookup.at(turn, item, by))) {
        kept.add(item);
      }
    }
    return answer(turn, held, arguments, kept.size(), Optional.of(kept));
  }

  private Projection sum(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var sum = BigDecimal.ZERO;
    for (var value : values(turn, held, arguments)) {
      if (!value.isNumber()) {
        throw unfit(turn, held, "not everything there is a number");
      }
      sum = sum.add(value.decimalValue());
    }
    JsonNode total = JSON.numberNode(sum);
    return looked(turn, held, arguments, projector -> Optional.of(scalar(projector, total)));
  }

  private Projection extreme(String turn, ToolArguments arguments, Comparator<JsonNode> order)
      throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var values = values(turn, held, arguments);
    if (values.isEmpty()) {
      throw unfit(turn, held, "there is nothing at that path");
    }
    var found = Collections.max(values, order);
    return looked(turn, held, arguments, projector -> Optional.of(scalar(projector, found)));
  }

  private Projection compare(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var relation = arguments.word("is", Relation.class, Optional.empty());
    var value = value(turn, arguments, relation);
    boolean holds = relation.holds(lookup.found(turn, held, arguments.path("path")).node(), value);
    return looked(
        turn,
        held,
        arguments,
        projector ->
            projector.charge(TRUTH_BITS)
                ? Optional.of(JSON.objectNode().put("value", holds))
                : Optional.empty());
  }

  private Projection match(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var what = arguments.word("what", Pick.class, Optional.empty());
    int index = arguments.index("index", 0);
    var found = lookup.found(turn, held, arguments.path("path"));
    if (!found.node().isTextual()) {
      throw unfit(turn, held, "there is no text at that path");
    }
    var picked = what.in(found.node().textValue());
    var standing = standing(turn, held, arguments).derived();
    return looked(
        turn,
        held,
        arguments,
        projector -> {
          var view = counted(projector, picked.size());
          if (view.isPresent() && index < picked.size()) {
            var text = JSON.textNode(picked.get(index));
            view.get().set("value", projector.hold(what.kind(), text, standing));
          }
          return view;
        });
  }

  /** What is put together tells no more by looks than all that is in it. */
  private Projection compose(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var template = arguments.text("template", "");
    if (template.length() > MAX_TEMPLATE_CHARS) {
      throw new UnfitQuestionException("template: at most 20000 characters");
    }
    var resolved = quarantine.resolve(turn, JSON.textNode(template));
    if (resolved.used().isEmpty()) {
      throw new UnfitQuestionException("template: holds no reference, so pass the text itself on");
    }
    var parts = new ArrayList<Held>();
    for (var reference : resolved.used()) {
      parts.add(quarantine.held(turn, reference));
    }
    return quarantine.composed(
        turn,
        parts,
        parts.stream().map(Held::label).reduce(label(turn, template), Label::join),
        projector -> {
          var text = projector.hold(Kind.TEXT, resolved.arguments());
          return ToolAnswers.of(projector.projection(JSON.objectNode().set("value", text)));
        });
  }

  /** The label of a template, with what the model wrote in it. */
  private Label label(String turn, String template) {
    return quarantine.provenance(turn, JSON.textNode(template)).leaves().getFirst().label();
  }

  /** Where what lies at the path stands; all that has a part in picking from it is joined. */
  private Standing standing(String turn, Held held, ToolArguments arguments)
      throws UnfitQuestionException {
    return lookup
        .found(turn, held, arguments.path("path"))
        .standing()
        .joined(lookup.taint(turn, arguments));
  }

  private JsonNode value(String turn, ToolArguments arguments, Relation relation)
      throws UnfitQuestionException {
    var scalar = arguments.scalar("value");
    if (scalar.isMissingNode() && relation != Relation.EXISTS) {
      throw new UnfitQuestionException("value: say what to compare with, or the reference of it");
    }
    return lookup.meant(turn, scalar);
  }

  private List<JsonNode> items(String turn, Held held, ToolArguments arguments)
      throws UnfitQuestionException {
    var found = lookup.found(turn, held, arguments.path("path")).node();
    if (!found.isArray()) {
      throw unfit(turn, held, "there is no list at that path");
    }
    if (found.size() > MAX_ITEMS) {
      throw unfit(turn, held, "there are more than 10000 items at that path");
    }
    var items = new ArrayList<JsonNode>(found.size());
    found.forEach(items::add);
    return items;
  }

  /** What lies at a path in each item; items without it are left out. */
  private List<JsonNode> values(String turn, Held held, ToolArguments arguments)
      throws UnfitQuestionException {
    var of = arguments.path("of");
    return items(turn, held, arguments).stream()
        .map(item -> lookup.at(turn, item, of))
        .filter(value -> !value.isMissingNode() && !value.isNull())
        .toList();
  }

  /** Answers with a number, and with a reference to a list. */
  private Projection answer(
      String turn, Held held, ToolArguments arguments, int number, Optional<ArrayNode> list)
      throws UnfitQuestionException {
    var standing = standing(turn, held, arguments);
    return looked(
        turn,
        held,
        arguments,
        projector -> {
          var view = counted(projector, number);
          list.ifPresent(items ->
              view.ifPresent(
                  counts -> counts.set("value", projector.hold(Kind.JSON, items, standing))));
          return view;
        });
  }

  @FunctionalInterface
  private interface Look {
    /** The view; empty if it may not be told. */
    Optional<ObjectNode> through(Projector projector);
  }

  private Projection looked(String turn, Held held, ToolArguments arguments, Look look)
      throws UnfitQuestionException {
    var seen =
        quarantine
            .look(
                turn,
                held,
                lookup.taint(turn, arguments),
                projector -> {
                  var view =
                      projector.charge(OUTCOME_BITS)
                          ? look.through(projector)
                          : Optional.<ObjectNode>empty();
                  return projector.projection(view.orElseGet(JSON::objectNode));
                })
            .filter(projection -> !projection.view().isEmpty())
            .orElseThrow(() -> new UnfitQuestionException(SPENT));
    return ToolAnswers.of(seen);
  }

  /** A refusal that depends on what is held is charged like any look at it. */
  private UnfitQuestionException unfit(String turn, Held held, String reason) {
    return quarantine
        .look(
            turn,
            held,
            Label.CLEAN,
            projector ->
                projector.projection(
                    projector.charge(OUTCOME_BITS) ? JSON.objectNode() : JSON.nullNode()))
        .filter(told -> told.view().isObject())
        .map(told -> new UnfitQuestionException(reason, told.bits()))
        .orElseGet(() -> new UnfitQuestionException(SPENT));
  }

  private static Optional<ObjectNode> counted(Projector projector, int number) {
    return projector.count(number).map(shown -> JSON.objectNode().set("count", shown));
  }

  private static ObjectNode scalar(Projector projector, JsonNode value) {
    return JSON.objectNode().set("value", projector.viewAside(value));
  }

  private static ObjectNode reference(Projector projector, JsonNode value, Standing standing) {
    return JSON.objectNode().set("value", projector.hold(Kind.JSON, value, standing));
  }

  private static ArrayNode array(List<JsonNode> items) {
    var array = JSON.arrayNode();
    items.forEach(array::add);
    return array;
  }
}
