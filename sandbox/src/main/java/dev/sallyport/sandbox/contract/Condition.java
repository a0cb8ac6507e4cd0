package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;

/**
 * What a member of an item must be. A text, a number or a truth value is compared as its text.
 *
 * @param operator how it is compared
 * @param values with what; with any of them
 */
public record Condition(Operator operator, List<String> values) {
  private static final int MAX_VALUES = 256;

  /** How a member is compared. */
  public enum Operator {
    /** It is that text. */
    EQUALS,
    /** It ends with that text. */
    ENDS_WITH,
    /** It begins with that text. */
    STARTS_WITH,
    /** It is one of these texts. */
    ONE_OF,
    /** It is an address, or an http or https URL, and its domain is one of these. */
    DOMAIN_IN;

    /** The word for it in resources. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Condition {
    values = List.copyOf(values);
    var most = operator == Operator.ONE_OF || operator == Operator.DOMAIN_IN ? MAX_VALUES : 1;
    if (values.isEmpty() || values.size() > most) {
      throw new IllegalArgumentException(
          "%s has 1 to %d values: %d".formatted(operator.word(), most, values.size()));
    }
    if (values.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(operator.word() + ": no value may be empty");
    }
  }

  /** Whether another holds wherever this one does; not if that cannot be said. */
  boolean implies(Condition other) {
    return switch (operator) {
      case EQUALS, ONE_OF ->
          values.stream().map(JsonNodeFactory.instance::textNode).allMatch(other::holds);
      case STARTS_WITH ->
          other.operator == operator && values.getFirst().startsWith(other.values.getFirst());
      case ENDS_WITH ->
          other.operator == operator && values.getFirst().endsWith(other.values.getFirst());
      case DOMAIN_IN ->
          other.operator == operator
              && values.stream()
                  .allMatch(domain -> other.values.stream().anyMatch(domain::equalsIgnoreCase));
    };
  }

  /** Whether it holds for a member; not if there is none. */
  boolean holds(JsonNode member) {
    if (!member.isValueNode() || member.isNull()) {
      return false;
    }
    var text = member.asText();
    return switch (operator) {
      case EQUALS, ONE_OF -> values.contains(text);
      case ENDS_WITH -> text.endsWith(values.getFirst());
      case STARTS_WITH -> text.startsWith(values.getFirst());
      case DOMAIN_IN ->
          Reach.domain(text)
              .filter(domain -> values.stream().anyMatch(domain::equalsIgnoreCase))
              .isPresent();
    };
  }
}
