package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.quarantine.ShownPart.Why;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The form of one node of a view. */
enum Form {
  NULL,
  FALSE,
  TRUE,
  /** The empty string, which has no character. */
  EMPTY,
  NUMBER,
  HIDDEN_NUMBER,
  ARRAY,
  OBJECT,
  HIDDEN_JSON,
  TEXT,
  /** A text that is shown as it is; there is none unless what is of a closed type is shown. */
  LITERAL;

  private static final int COUNT = values().length;

  /** How many forms a node may have. */
  static int count(boolean typed) {
    return typed ? COUNT : COUNT - 1;
  }

  static Form of(
      JsonNode node,
      Projector.Place place,
      Set<String> spelling,
      Literals literals,
      QuarantineLimits limits) {
    var rule = place.standing().rule();
    return switch (node.getNodeType()) {
      case NULL, MISSING -> NULL;
      case BOOLEAN -> node.booleanValue() ? TRUE : FALSE;
      case NUMBER ->
          spelling.contains(place.pointer()) || literals.number(rule, node).isEmpty()
              ? HIDDEN_NUMBER
              : NUMBER;
      case STRING -> {
        if (node.textValue().isEmpty()) {
          yield EMPTY;
        }
        yield literals.text(rule, node).isPresent() ? LITERAL : TEXT;
      }
      case ARRAY ->
          isClosed(place) || numbersIn(node) > literals.numbersIn(rule) ? HIDDEN_JSON : ARRAY;
      case OBJECT -> isClosed(place) || node.size() > limits.maxMembers() ? HIDDEN_JSON : OBJECT;
      case BINARY, POJO -> HIDDEN_JSON;
    };
  }

  /** Whether an object or array there is not looked into. */
  private static boolean isClosed(Projector.Place place) {
    return place.levels() == 0 || openKind(place).filter(Form::isWhole).isPresent();
  }

  private static boolean isWhole(FieldKind kind) {
    return kind == FieldKind.JSON || kind == FieldKind.BLOB;
  }

  /** The kind of reference that is agreed on there. */
  static Optional<FieldKind> openKind(Projector.Place place) {
    return place
        .standing()
        .rule()
        .flatMap(
            rule -> rule.form() instanceof Open(var kind) ? Optional.of(kind) : Optional.empty());
  }

  /** What its view tells: of what is held, no more than the kind that is agreed on there. */
  Form told(Projector.Place place) {
    return switch (this) {
      case HIDDEN_NUMBER, HIDDEN_JSON -> openKind(place).isPresent() ? TEXT : this;
      default -> this;
    };
  }

  /** Why a node of this form is shown as it is. */
  Why why(Projector.Place place, Set<String> spelling) {
    return switch (this) {
      case NULL, FALSE, TRUE, EMPTY, NUMBER, ARRAY, OBJECT -> Why.WITHIN_BOUNDS;
      case LITERAL -> Why.AGREED;
      case HIDDEN_NUMBER -> hiddenNumber(place, spelling);
      case HIDDEN_JSON -> hidden(place);
      case TEXT -> Why.TEXT;
    };
  }

  private static Why hiddenNumber(Projector.Place place, Set<String> spelling) {
    if (spelling.contains(place.pointer())) {
      return Why.SPELLS_TEXT;
    }
    return openKind(place).isPresent() ? Why.AGREED_OPEN : Why.OUT_OF_RANGE;
  }

  private static Why hidden(Projector.Place place) {
    if (place.levels() == 0) {
      return Why.TOO_DEEP;
    }
    if (isClosed(place)) {
      return Why.AGREED_OPEN;
    }
    return place.node().isArray() ? Why.TOO_MANY_NUMBERS : Why.TOO_MANY_MEMBERS;
  }

  private static long numbersIn(JsonNode array) {
    return IntStream.range(0, array.size()).filter(i -> array.get(i).isNumber()).count();
  }
}
