package dev.sallyport.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.FieldPath.AnyMember;
import dev.sallyport.sandbox.contract.FieldPath.Item;
import dev.sallyport.sandbox.contract.FieldPath.Member;
import dev.sallyport.sandbox.contract.FieldPath.Step;
import dev.sallyport.sandbox.quarantine.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a first contract says of the fields of results: what the approved output schema says, and
 * where it says nothing, what was seen.
 */
final class ResultDraft {
  private static final int MAX_FIELDS = 128;
  private static final int MAX_LEVELS = 8;

  /** Definitions that hold themselves would go on for long. */
  private static final int MAX_VISITED = 2_000;

  private static final String DEFINITIONS = "#/$defs/";

  private final JsonNode root;
  private final Map<FieldPath, Shape> shapes;
  private final Map<FieldPath, Suggestion> fields = new LinkedHashMap<>();
  private int unsaid;
  private int visited;

  private ResultDraft(JsonNode schema, Map<FieldPath, Shape> shapes) {
    this.root = schema;
    this.shapes = shapes;
  }

  /**
   * A draft.
   *
   * @param schema the approved output schema; missing if there is none
   */
  static ResultDraft of(JsonNode schema, Map<FieldPath, Shape> shapes) {
    var draft = new ResultDraft(schema, shapes);
    draft.visit(FieldPath.ROOT, schema);
    shapes.forEach((path, shape) -> {
      if (!draft.fields.containsKey(path)) {
        draft.add(path, ShapeRules.of(shape));
      }
    });
    return draft;
  }

  /** The fields that have a line, in order. */
  Map<FieldPath, Suggestion> fields() {
    return fields;
  }

  /** How many fields have no line, since there are too many or no path can name them. */
  int unsaid() {
    return unsaid;
  }

  private void visit(FieldPath path, JsonNode given) {
    var schema = resolved(given);
    if (!schema.isObject() || path.steps().size() >= MAX_LEVELS || ++visited > MAX_VISITED) {
      return;
    }
    add(path, SchemaRule.of(schema, Optional.ofNullable(shapes.get(path))));
    for (var property : schema.path("properties").properties()) {
      if (isNameable(property.getKey())) {
        visit(then(path, new Member(property.getKey())), property.getValue());
      } else {
        unsaid++;
      }
    }
    if (schema.path("additionalProperties").isObject()) {
      visit(then(path, new AnyMember()), schema.get("additionalProperties"));
    }
    if (schema.path("items").isObject()) {
      visit(then(path, new Item()), schema.get("items"));
    }
  }

  private void add(FieldPath path, Optional<Suggestion> suggestion) {
    suggestion.ifPresent(one -> {
      if (fields.size() < MAX_FIELDS) {
        fields.put(path, one);
      } else {
        unsaid++;
      }
    });
  }

  /** Only definitions in the schema itself are followed. */
  private JsonNode resolved(JsonNode schema) {
    var reference = schema.path("$ref").asText();
    return reference.startsWith(DEFINITIONS)
        ? root.path("$defs").path(reference.substring(DEFINITIONS.length()))
        : schema.has("$ref") ? MissingNode.getInstance() : schema;
  }

  private static boolean isNameable(String name) {
    try {
      var path = new FieldPath(List.of(new Member(name)));
      return FieldPath.parse(path.toString()).equals(path);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static FieldPath then(FieldPath path, Step step) {
    List<Step> steps = new ArrayList<>(path.steps());
    steps.add(step);
    return new FieldPath(steps);
  }
}
