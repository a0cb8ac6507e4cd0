package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** How one value may stand to another. */
enum Relation implements ToolArguments.Word {
  EQUALS,
  NOT_EQUALS,
  CONTAINS,
  STARTS_WITH,
  ENDS_WITH,
  LESS,
  GREATER,
  EXISTS;

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a value stands so to another; what is not there stands to nothing. */
  boolean holds(JsonNode value, JsonNode other) {
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    return switch (this) {
      case EXISTS -> true;
      case EQUALS -> Comparing.VALUES.compare(value, other) == 0;
      case NOT_EQUALS -> Comparing.VALUES.compare(value, other) != 0;
      case LESS -> Comparing.areAlike(value, other) && Comparing.VALUES.compare(value, other) < 0;
      case GREATER ->
          Comparing.areAlike(value, other) && Comparing.VALUES.compare(value, other) > 0;
      case CONTAINS -> text(value).contains(text(other));
      case STARTS_WITH -> text(value).startsWith(text(other));
      case ENDS_WITH -> text(value).endsWith(text(other));
    };
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
