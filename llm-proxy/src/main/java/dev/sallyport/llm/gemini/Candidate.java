package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ReasoningDetails;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One candidate of an answer, which comes whole or piece by piece: what each piece says, as deltas
 * of chat form, and how it ended. For one thread.
 */
final class Candidate {
  /** What is no word, and has a place in an answer but not in a thought. */
  private static final List<String> NO_WORDS = List.of("functionCall", "inlineData");

  private static final String SIGNATURE = "thoughtSignature";

  private final CallIds ids;
  private final LeftOut leftOut;
  private int calls;
  private int images;
  private int details;
  private int openThought = -1;
  private long said;
  private @Nullable String reason;
  private String explanation = "";

  /**
   * Nothing was said yet.
   *
   * @param leftOut takes the names of what chat has no place for
   */
  Candidate(CallIds ids, LeftOut leftOut) {
    this.ids = ids;
    this.leftOut = leftOut;
  }

  /** The deltas of a piece, one for each of its parts that says something. */
  List<ObjectNode> accept(JsonNode piece) throws MalformedReplyException {
    if (piece.path("finishReason").isTextual()) {
      reason = piece.path("finishReason").textValue();
      explanation = piece.path("finishMessage").asText("");
    }
    var deltas = new ArrayList<ObjectNode>();
    for (var part : piece.at("/content/parts")) {
      if (part.path("thought").booleanValue()) {
        thought(part).ifPresent(deltas::add);
      } else {
        part(part, deltas);
      }
    }
    return deltas;
  }

  private Optional<ObjectNode> thought(JsonNode part) {
    for (var name : NO_WORDS) {
      if (part.has(name)) {
        leftOut.add(AnswerMembers.PARTS + "." + name);
      }
    }
    var text = part.path("text").asText("");
    var signature = part.path(SIGNATURE);
    if (text.isEmpty() && !signature.isTextual()) {
      return Optional.empty();
    }
    if (openThought < 0) {
      openThought = details++;
    }
    said += text.length();
    var delta = JsonNodeFactory.instance.objectNode();
    if (!text.isEmpty()) {
      delta.put("reasoning", text);
    }
    var detail = detail(delta, ReasoningDetails.TEXT).put("text", text);
    if (signature.isTextual()) {
      detail.set("signature", signature);
    }
    detail.put("format", Thoughts.FORMAT).put("index", openThought);
    if (signature.isTextual()) {
      openThought = -1;
    }
    return Optional.of(delta);
  }

  private void part(JsonNode part, List<ObjectNode> deltas) throws MalformedReplyException {
    openThought = -1;
    if (part.has("functionCall")) {
      call(part, deltas);
    } else if (part.at("/inlineData/mimeType").asText("").startsWith("image/")) {
      image(part, deltas);
    } else if (part.has("inlineData") || part.has("fileData")) {
      throw new MalformedReplyException("a part that chat has no place for");
    } else {
      var text = part.path("text").asText("");
      if (!text.isEmpty()) {
        said += text.length();
        deltas.add(JsonNodeFactory.instance.objectNode().put("content", text));
      }
      sign(part, "", deltas);
    }
  }

  private void call(JsonNode part, List<ObjectNode> deltas) throws MalformedReplyException {
    var call = part.path("functionCall");
    var args = call.path("args");
    if (!call.path("name").isTextual() || !(args.isObject() || args.isMissingNode())) {
      throw new MalformedReplyException("a call without a name, or whose arguments are no object");
    }
    var id = ids.next(call.path("id").asText(""));
    sign(part, id, deltas);
    var arguments = args.isObject() ? json(args) : "{}";
    said += arguments.length();
    var delta = JsonNodeFactory.instance.objectNode();
    var told = delta.putArray("tool_calls").addObject().put("index", calls++);
    told.put("id", id).put("type", "function");
    told.putObject("function")
        .put("name", FunctionName.ours(call.path("name").textValue()))
        .put("arguments", arguments);
    deltas.add(delta);
  }

  private void image(JsonNode part, List<ObjectNode> deltas) {
    var data = part.path("inlineData");
    sign(part, Thoughts.IMAGE + images, deltas);
    var url =
        "data:" + data.path("mimeType").asText("") + ";base64," + data.path("data").asText("");
    said += url.length();
    var delta = JsonNodeFactory.instance.objectNode();
    var image = delta.putArray("images").addObject().put("index", images++);
    image.put("type", "image_url").putObject("image_url").put("url", url);
    deltas.add(delta);
  }

  private void sign(JsonNode part, String id, List<ObjectNode> deltas) {
    if (!part.path(SIGNATURE).isTextual()) {
      return;
    }
    var delta = JsonNodeFactory.instance.objectNode();
    var detail = detail(delta, ReasoningDetails.ENCRYPTED);
    detail.set("data", part.path(SIGNATURE));
    if (!id.isEmpty()) {
      detail.put("id", id);
    }
    detail.put("format", Thoughts.FORMAT).put("index", details++);
    deltas.add(delta);
  }

  private static ObjectNode detail(ObjectNode delta, String type) {
    return delta.putArray("reasoning_details").addObject().put("type", type);
  }

  private static String json(JsonNode tree) {
    return new String(WireJson.bytes(tree), StandardCharsets.UTF_8);
  }

  /** Gemini's word for how it ended; empty if it has not. */
  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** How it ended in chat form; empty if it has not, or ended without an answer. */
  Optional<String> finishReason() {
    return reason().flatMap(word -> FinishReason.chat(word, calls > 0));
  }

  /** Why a filter ended it, in Google's words; empty if none did, or nobody says. */
  Optional<String> refusal() {
    return finishReason()
        .filter(FinishReason.FILTERED::equals)
        .map(_ -> explanation)
        .filter(words -> !words.isEmpty());
  }

  /** Names why it ended in Google's words, where nobody is told. */
  void nameUntold() {
    if (!explanation.isEmpty() && refusal().isEmpty()) {
      leftOut.add(AnswerMembers.FINISH_MESSAGE);
    }
  }

  /** How much it said. */
  long said() {
    return said;
  }
}
