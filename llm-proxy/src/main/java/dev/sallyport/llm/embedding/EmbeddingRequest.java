package dev.sallyport.llm.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.JsonBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A request in OpenAI's form for the embeddings of texts.
 *
 * @param texts what is embedded, in order; never empty
 * @param dimensions how long each embedding is to be; the model's own length where nothing is said
 * @param base64 whether embeddings are wanted as little-endian floats in base64, and not as numbers
 * @param purpose what they are for, as OpenRouter's {@code input_type} has it
 * @param untold what has no place with any provider but OpenAI's like, by name
 * @param all whether the caller would rather be refused than have a parameter left out
 */
public record EmbeddingRequest(
    List<String> texts,
    OptionalInt dimensions,
    boolean base64,
    Optional<String> purpose,
    List<String> untold,
    boolean all) {
  /** The member that says what embeddings are for. */
  public static final String PURPOSE = "input_type";

  private static final Set<String> CARRIED =
      Set.of("model", "input", "dimensions", "encoding_format", PURPOSE, "provider");

  public EmbeddingRequest {
    texts = List.copyOf(texts);
    untold = List.copyOf(untold);
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("a request has at least one text");
    }
  }

  /**
   * Reads a request.
   *
   * @throws CannotCarryException if it has anything but texts, or what it says of the form of
   *     embeddings is not understood
   */
  public static EmbeddingRequest of(JsonBody own) throws CannotCarryException {
    var tree = own.tree();
    return new EmbeddingRequest(
        texts(tree.path("input")),
        dimensions(tree.path("dimensions")),
        base64(tree.path("encoding_format")),
        Optional.ofNullable(tree.path(PURPOSE).textValue()),
        untold(tree),
        tree.path("provider").path("require_parameters").asBoolean(false));
  }

  private static List<String> texts(JsonNode input) throws CannotCarryException {
    var texts = new ArrayList<String>();
    for (var one : input.isArray() ? input : List.of(input)) {
      if (!one.isTextual()) {
        throw new CannotCarryException(
            "The provider of this model embeds texts: \"input\" must be a text or a list of"
                + " texts, and no tokens.");
      }
      texts.add(one.textValue());
    }
    if (texts.isEmpty()) {
      throw new CannotCarryException("\"input\" must not be empty.");
    }
    return texts;
  }

  private static OptionalInt dimensions(JsonNode said) throws CannotCarryException {
    if (said.isMissingNode() || said.isNull()) {
      return OptionalInt.empty();
    }
    if (!said.isIntegralNumber() || !said.canConvertToInt() || said.intValue() < 1) {
      throw new CannotCarryException("\"dimensions\" must be a whole number of at least 1.");
    }
    return OptionalInt.of(said.intValue());
  }

  private static boolean base64(JsonNode format) throws CannotCarryException {
    var said = format.isMissingNode() || format.isNull() ? "float" : format.asText();
    if (!said.equals("float") && !said.equals("base64")) {
      throw new CannotCarryException("\"encoding_format\" must be \"float\" or \"base64\".");
    }
    return said.equals("base64");
  }

  private static List<String> untold(ObjectNode tree) {
    var untold = new ArrayList<String>();
    for (var member : tree.properties()) {
      var value = member.getValue();
      boolean saysNothing = value.isNull() || (value.isContainerNode() && value.isEmpty());
      if (!CARRIED.contains(member.getKey()) && !saysNothing) {
        untold.add(member.getKey());
      }
    }
    var purpose = tree.path(PURPOSE);
    if (!purpose.isMissingNode() && !purpose.isNull() && !purpose.isTextual()) {
      untold.add(PURPOSE);
    }
    if (ChatRequest.wantsOfProviders(tree)) {
      untold.add("provider");
    }
    return untold;
  }

  /**
   * What is to be named as left out.
   *
   * @param also what this provider has no place for beside that which none has
   * @throws CannotCarryException if there is something and the caller wants every parameter carried
   */
  public List<String> dropped(List<String> also) throws CannotCarryException {
    var dropped = new ArrayList<>(untold);
    dropped.addAll(also);
    if (all && !dropped.isEmpty()) {
      throw CannotCarryException.of(dropped);
    }
    return dropped;
  }

  /**
   * The one text, for providers that embed no more at a request.
   *
   * @throws CannotCarryException if there are several
   */
  public String only() throws CannotCarryException {
    if (texts.size() > 1) {
      throw new CannotCarryException(
          "The provider of this model embeds one text at a request: send each by itself.");
    }
    return texts.getFirst();
  }
}
