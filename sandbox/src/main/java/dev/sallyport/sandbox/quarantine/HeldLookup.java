package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;

/** Finds what the arguments of a tool mean in what a turn holds. Thread-safe. */
record HeldLookup(Quarantine quarantine) {
  private static final int MAX_REFERENCE_CHARS = 64;

  /** The value that the arguments name. */
  Held held(String turn, ToolArguments arguments) throws UnfitQuestionException {
    return quarantine.held(turn, arguments.reference());
  }

  /** What lies at a path in a held value; missing if nothing does. */
  JsonNode found(String turn, Held held, HeldPath path) {
    var value = held.value();
    var whole =
        value.isTextual()
            ? Content.structureOf(held.text(), quarantine.limits().maxContentChars()).orElse(value)
            : value;
    return at(turn, whole, path);
  }

  /** What lies at a path in a value, which is a part of a held one. */
  JsonNode at(String turn, JsonNode value, HeldPath path) {
    return path.in(value, part -> isReference(part) ? quarantine.held(turn, part).text() : part);
  }

  /** What a scalar of the arguments is: itself, or what it refers to. */
  JsonNode meant(String turn, JsonNode scalar) {
    return scalar.isTextual() && isReference(scalar.textValue())
        ? quarantine.held(turn, scalar.textValue()).value()
        : scalar;
  }

  private static boolean isReference(String text) {
    return text.length() <= MAX_REFERENCE_CHARS && Reference.EXACT.matcher(text).matches();
  }
}
