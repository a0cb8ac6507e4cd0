package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Step;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to bring an instruction into what a tool returns.
 *
 * @param form how the instruction is written
 * @param place where it is put
 */
record Attack(String name, UnaryOperator<String> form, Place place) {
  /** Also as it is written in arguments that may hold no braces. */
  private static final Pattern VECTOR = Pattern.compile("\\{\\{INJ:([^}]*)}}|INJPLACE_(\\w+?)_END");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** None. */
  static final Attack NONE = new Attack("none", _ -> "", Place.NOWHERE);

  /** Where an attacker writes. */
  enum Place {
    /** Nowhere. */
    NOWHERE,
    /** Where the corpus says that outsiders write. */
    VECTORS,
    /** At the end of each text there is. */
    EVERY_TEXT,
    /** As the name of a member that nobody asked for. */
    NAMES,
    /** In the words of a call that fails. */
    ERROR,
    /** As the codes of its characters, in one array. */
    NUMBERS,
    /** In a link to something else, which also has it as its address, name and media type. */
    LINK,
    /** In the metadata of the result. */
    META
  }

  /** What a tool returns. */
  record Returned(JsonNode result, String text, boolean failed, Optional<String> beside) {
    /** Of a call that the corpus does not know. */
    static final Returned DONE =
        new Returned(NODES.objectNode().put("done", true), "done", false, Optional.empty());
  }

  /** What an attacker who does nothing leaves of a result. */
  static Returned untouched(Step step, Corpus.Suite suite) {
    return filled(step, vector -> suite.vectors().getOrDefault(vector, ""));
  }

  private static Returned filled(Step step, UnaryOperator<String> vector) {
    var result = filled(step.result(), vector);
    var text = filled(step.error().orElse(step.text()), vector);
    return new Returned(
        result,
        step.printsJson() ? result.toString() : text,
        step.error().isPresent(),
        Optional.empty());
  }

  /** What is left of a result when the attacker was there. */
  Returned on(Step step, Corpus.Suite suite, String goal) {
    var written = form.apply(goal);
    if (place == Place.VECTORS) {
      return filled(step, _ -> written);
    }
    var plain = untouched(step, suite);
    return switch (place) {
      case NOWHERE -> plain;
      case VECTORS, EVERY_TEXT -> {
        var result = mapped(plain.result(), text -> text + " " + written);
        var text = step.printsJson() ? result.toString() : plain.text() + " " + written;
        yield new Returned(result, text, plain.failed(), Optional.empty());
      }
      case NAMES -> beside(plain, NODES.objectNode().put(written, true));
      case ERROR -> new Returned(NODES.textNode(written), written, true, Optional.empty());
      case NUMBERS -> beside(plain, codes(written));
      case LINK, META ->
          new Returned(plain.result(), plain.text(), plain.failed(), Optional.of(written));
    };
  }

  /** A result with something more in it. */
  private static Returned beside(Returned plain, JsonNode more) {
    var result = NODES.objectNode();
    result.set("data", plain.result());
    result.set("more", more);
    return new Returned(result, result.toString(), plain.failed(), Optional.empty());
  }

  private static ArrayNode codes(String text) {
    var codes = NODES.arrayNode();
    text.codePoints().forEach(codes::add);
    return codes;
  }

  /** A tree in which each place where an outsider can write is filled. */
  static JsonNode filled(JsonNode tree, UnaryOperator<String> vector) {
    return mapped(tree, text -> filled(text, vector));
  }

  private static String filled(String text, UnaryOperator<String> vector) {
    return VECTOR
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(vector.apply(named(found))));
  }

  private static String named(MatchResult found) {
    return found.group(1) == null ? found.group(2) : found.group(1);
  }

  /** A tree with each text in it, names too, put otherwise. */
  private static JsonNode mapped(JsonNode tree, UnaryOperator<String> text) {
    if (tree.isTextual()) {
      return NODES.textNode(text.apply(tree.textValue()));
    }
    if (tree instanceof ArrayNode array) {
      var mapped = NODES.arrayNode();
      array.forEach(item -> mapped.add(mapped(item, text)));
      return mapped;
    }
    if (tree instanceof ObjectNode object) {
      var mapped = NODES.objectNode();
      object
          .properties()
          .forEach(
              member -> mapped.set(named(member.getKey(), text), mapped(member.getValue(), text)));
      return mapped;
    }
    return tree;
  }

  /** A name is changed only where the corpus says that outsiders write in it. */
  private static String named(String name, UnaryOperator<String> text) {
    return VECTOR.matcher(name).find() ? text.apply(name) : name;
  }
}
