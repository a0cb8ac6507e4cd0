package dev.sallyport.mcp.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.definition.DefinitionDiff.Found;
import dev.sallyport.mcp.wire.Json;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds what became different between two schemas. In what goes in, whatever is taken no longer is
 * breaking; in what comes out, whatever is promised no longer is, and what may come new.
 */
final class SchemaDiff {
  private static final Set<String> WORDS =
      Set.of("title", "description", "$comment", "examples", "deprecated");

  private static final Set<String> MAPS =
      Set.of("properties", "patternProperties", "$defs", "definitions");

  /** Keywords that hold one schema that narrows as the whole does. */
  private static final Set<String> WITHIN =
      Set.of("items", "additionalProperties", "propertyNames", "unevaluatedProperties");

  private static final Set<String> LOWER =
      Set.of("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties");

  private static final Set<String> UPPER =
      Set.of("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties");

  /** Sets of which any member will do. */
  private static final Set<String> CHOICES = Set.of("type", "enum", "anyOf", "oneOf");

  /** Keywords that can only take something away from what fits. */
  private static final Set<String> LIMITS =
      Set.of(
          "pattern",
          "format",
          "const",
          "multipleOf",
          "uniqueItems",
          "allOf",
          "not",
          "dependentRequired");

  private final Found found;
  private final boolean input;

  private SchemaDiff(Found found, boolean input) {
    this.found = found;
    this.input = input;
  }

  static SchemaDiff ofInput(Found found) {
    return new SchemaDiff(found, true);
  }

  static SchemaDiff ofOutput(Found found) {
    return new SchemaDiff(found, false);
  }

  void compare(String path, JsonNode before, JsonNode after) {
    var was = CanonicalForm.schema(before);
    var is = CanonicalForm.schema(after);
    if (DefinitionDiff.same(was, is)) {
      return;
    }
    if (!was.isObject() || !is.isObject()) {
      found.add(path, whole(was, is), before, after);
      return;
    }
    for (var keyword : DefinitionDiff.names(was, is)) {
      if (!DefinitionDiff.same(was.path(keyword), is.path(keyword))) {
        keyword(path, keyword, was.path(keyword), is.path(keyword));
      }
    }
  }

  /** One that comes or goes as a whole, or is just true or false. */
  private Drift whole(JsonNode was, JsonNode is) {
    boolean isOpen = is.isMissingNode() || is.equals(Json.object()) || is.asBoolean();
    if (was.isBoolean() && !was.asBoolean()) {
      return narrows(false);
    }
    return narrows(!isOpen);
  }

  private Drift narrows(boolean narrower) {
    return narrower == input ? Drift.BREAKING : Drift.ADDITIVE;
  }

  private void keyword(String path, String keyword, JsonNode was, JsonNode is) {
    var at = path + "/" + DefinitionDiff.escaped(keyword);
    if (WORDS.contains(keyword)) {
      found.add(at, Drift.TEXT_ONLY, was, is);
    } else if (MAPS.contains(keyword)) {
      members(at, was, is);
    } else if (WITHIN.contains(keyword)) {
      compare(at, was, is);
    } else if (CHOICES.contains(keyword)) {
      found.add(at, choices(was, is), was, is);
    } else if (keyword.equals("required")) {
      found.add(at, requirements(was, is), was, is);
    } else if (LOWER.contains(keyword) || UPPER.contains(keyword)) {
      found.add(at, bound(LOWER.contains(keyword), was, is), was, is);
    } else if (LIMITS.contains(keyword) && (was.isMissingNode() || is.isMissingNode())) {
      found.add(at, narrows(was.isMissingNode()), was, is);
    } else {
      found.add(at, Drift.BREAKING, was, is);
    }
  }

  private void members(String path, JsonNode was, JsonNode is) {
    for (var name : DefinitionDiff.names(was, is)) {
      var before = was.path(name);
      var after = is.path(name);
      var at = path + "/" + DefinitionDiff.escaped(name);
      if (before.isMissingNode()) {
        found.add(at, Drift.ADDITIVE, before, after);
      } else if (after.isMissingNode()) {
        found.add(at, Drift.BREAKING, before, after);
      } else {
        compare(at, before, after);
      }
    }
  }

  private Drift choices(JsonNode was, JsonNode is) {
    if (was.isMissingNode() || is.isMissingNode()) {
      return narrows(was.isMissingNode());
    }
    var before = elements(was);
    var after = elements(is);
    if (after.equals(before)) {
      return Drift.TEXT_ONLY;
    }
    if (after.containsAll(before)) {
      return narrows(false);
    }
    return before.containsAll(after) ? narrows(true) : Drift.BREAKING;
  }

  private Drift requirements(JsonNode was, JsonNode is) {
    var before = elements(was);
    var after = elements(is);
    if (after.equals(before)) {
      return Drift.TEXT_ONLY;
    }
    if (before.containsAll(after)) {
      return narrows(false);
    }
    return after.containsAll(before) ? narrows(true) : Drift.BREAKING;
  }

  private Drift bound(boolean lower, JsonNode was, JsonNode is) {
    if (was.isMissingNode() || is.isMissingNode()) {
      return narrows(was.isMissingNode());
    }
    if (!was.isNumber() || !is.isNumber()) {
      return Drift.BREAKING;
    }
    int order = is.decimalValue().compareTo(was.decimalValue());
    return order == 0 ? Drift.TEXT_ONLY : narrows(order > 0 == lower);
  }

  /** As texts; a plain value is a set of one. */
  private static Set<String> elements(JsonNode set) {
    var elements = new HashSet<String>();
    if (set.isArray()) {
      set.forEach(element -> elements.add(element.toString()));
    } else if (!set.isMissingNode()) {
      elements.add(set.toString());
    }
    return elements;
  }
}
