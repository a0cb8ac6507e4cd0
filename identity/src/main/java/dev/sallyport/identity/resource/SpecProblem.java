package dev.sallyport.identity.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says in plain words what is wrong with a spec, and how to mend it. Never repeats a value, since a
 * value may be a secret.
 */
final class SpecProblem {
  private SpecProblem() {}

  /**
   * Describes what Jackson found.
   *
   * @param found what stands at the place of the problem
   */
  static String describe(JsonMappingException e, JsonNode found) {
    return switch (e) {
      case UnrecognizedPropertyException unknown -> unknownField(unknown);
      case ValueInstantiationException refused when refused.getCause() != null ->
          refused(refused.getCause());
      case InvalidFormatException format when format.getTargetType().isEnum() ->
          "must be one of " + constants(format.getTargetType());
      case MismatchedInputException mismatch -> mismatch(mismatch, found);
      default ->
          e.getCause() instanceof InputCoercionException ? "is out of range" : "does not fit";
    };
  }

  private static String mismatch(MismatchedInputException e, JsonNode found) {
    if (e.getOriginalMessage().startsWith("Missing required creator property")) {
      return "is missing, and must be given";
    }
    if (e.getTargetType() == null) {
      return "does not fit";
    }
    var quotes =
        e.getTargetType() == String.class && found.isValueNode() ? ": put it in quotes" : "";
    return "must be " + expected(e.getTargetType()) + ", not " + actual(found) + quotes;
  }

  /** A constructor's own words, if they were meant for a reader. */
  private static String refused(Throwable cause) {
    return cause instanceof IllegalArgumentException && cause.getMessage() != null
        ? cause.getMessage()
        : "lacks a field that it must have, or holds one that does not fit";
  }

  private static String unknownField(UnrecognizedPropertyException e) {
    var known =
        e.getKnownPropertyIds() == null
            ? List.<String>of()
            : e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
    var near = nearest(e.getPropertyName(), known);
    return "is not a field here"
        + near.map(name -> "; did you mean " + name + "?").orElse(".")
        + " The fields are "
        + String.join(", ", known);
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(SpecProblem::written)
        .collect(Collectors.joining(", "));
  }

  private static String written(Object constant) {
    try {
      return SpecReader.MAPPER.readTree(SpecReader.MAPPER.writeValueAsString(constant)).asText();
    } catch (JsonProcessingException _) {
      return constant.toString();
    }
  }

  private static String expected(Class<?> type) {
    if (type == String.class || type.isEnum()) {
      return "a text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == double.class || type == Double.class || type == BigDecimal.class) {
      return "a number";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a whole number";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    return Map.class.isAssignableFrom(type)
            || type.isRecord()
            || JsonNode.class.isAssignableFrom(type)
        ? "an object with fields"
        : "a text of the form of " + type.getSimpleName();
  }

  private static String actual(JsonNode found) {
    return switch (found.getNodeType()) {
      case STRING -> "a text";
      case NUMBER -> found.isIntegralNumber() ? "a whole number" : "a number with a fraction";
      case BOOLEAN -> "true or false";
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object with fields";
      case BINARY -> "bytes";
      case NULL, MISSING -> "nothing";
    };
  }

  /** The known name that differs in at most a third of its letters, if there is one. */
  static Optional<String> nearest(String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= Math.max(1, candidate.length() / 3))
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  private static int distance(String left, String right) {
    var previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      var current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int changed = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(changed, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
