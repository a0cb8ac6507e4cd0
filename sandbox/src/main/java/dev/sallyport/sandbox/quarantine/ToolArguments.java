package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Optional;

/** The arguments of a tool of the quarantine, as the agent wrote them. */
record ToolArguments(JsonNode tree) {
  /** Refuses all others. */
  ToolArguments only(String... names) throws UnfitQuestionException {
    for (var name = tree.fieldNames(); name.hasNext(); ) {
      if (!List.of(names).contains(name.next())) {
        throw new UnfitQuestionException("the arguments are: " + String.join(", ", names));
      }
    }
    return this;
  }

  /** A text; another if there is none. */
  String text(String name, String otherwise) throws UnfitQuestionException {
    var value = tree.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw new UnfitQuestionException(name + ": must be a string");
    }
    return value.textValue();
  }

  /** A reference. */
  String reference() throws UnfitQuestionException {
    return text("ref", "").strip();
  }

  /** A way into what a reference holds. */
  HeldPath path(String name) throws UnfitQuestionException {
    return HeldPath.parse(text(name, ""));
  }

  /** One of some words. */
  <E extends Enum<E> & Word> E word(String name, Class<E> words, Optional<E> otherwise)
      throws UnfitQuestionException {
    var given = text(name, otherwise.map(Word::label).orElse(""));
    for (var word : words.getEnumConstants()) {
      if (word.label().equals(given)) {
        return word;
      }
    }
    var all = List.of(words.getEnumConstants()).stream().map(Word::label).toList();
    throw new UnfitQuestionException(name + ": must be one of " + String.join(", ", all));
  }

  /** A number from 0 on; another if there is none. */
  int index(String name, int otherwise) throws UnfitQuestionException {
    var value = tree.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw new UnfitQuestionException(name + ": must be a whole number from 0 on");
    }
    return value.intValue();
  }

  /** A text, a number or a truth value; missing if there is none. */
  JsonNode scalar(String name) throws UnfitQuestionException {
    var value = tree.path(name);
    if (value.isMissingNode()) {
      return MissingNode.getInstance();
    }
    if (!value.isValueNode() || value.isNull()) {
      throw new UnfitQuestionException(name + ": must be a string, a number or a boolean");
    }
    return value;
  }

  /** A word that arguments may have. */
  interface Word {
    String label();
  }
}
