package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CallArguments;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.Set;

/**
 * Turns the messages of a chat into an instruction of the system and contents of user and model.
 * Messages of one role that follow each other become one content; the results of tools stand alone
 * in theirs.
 */
final class ContentsEncoder {
  /** Google's own word for a call that no Gemini made, or whose signature the caller lost. */
  private static final String UNSIGNED = "skip_thought_signature_validator";

  private final GeminiModel model;
  private final Set<String> dropped;
  private final PartsEncoder parts;
  private final ArrayNode system = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode contents = JsonNodeFactory.instance.arrayNode();
  private final boolean tellsIds;
  private CallResults results = new CallResults(false, false);
  private boolean open;

  /**
   * An encoder of one request.
   *
   * @param tellsIds whether the provider takes the ids of calls
   */
  ContentsEncoder(GeminiModel model, boolean tellsIds, Set<String> dropped) {
    this.model = model;
    this.tellsIds = tellsIds;
    this.dropped = dropped;
    this.parts = new PartsEncoder(dropped);
  }

  void encode(JsonNode chat) throws CannotCarryException {
    int index = 0;
    for (var message : chat) {
      encode(message, "messages/" + index);
      index++;
    }
    results.requireAll("the end of the messages");
    if (contents.isEmpty()) {
      throw new CannotCarryException(
          "The provider of this model wants at least one message that is not the system's.");
    }
  }

  private void encode(JsonNode message, String place) throws CannotCarryException {
    var role = message.path("role").asText("");
    if (message.hasNonNull("name") && !role.equals("tool")) {
      dropped.add("messages.name");
    }
    if (!role.equals("tool")) {
      results.requireAll(place);
    }
    var content = message.path("content");
    switch (role) {
      case "system", "developer" -> system.addAll(parts.texts(content, place + "/content"));
      case "user" -> add("user", parts.parts(content, place + "/content"));
      case "assistant" -> assistant(message, place);
      case "tool" -> result(message, place);
      default ->
          throw new CannotCarryException(
              place + "/role must be system, developer, user, assistant or tool.");
    }
  }

  private void assistant(JsonNode message, String place) throws CannotCarryException {
    var thoughts = Thoughts.of(message, dropped);
    var said = thoughts.parts();
    var texts = parts.texts(message.path("content"), place + "/content");
    if (!message.path("refusal").asText("").isEmpty()) {
      texts.addObject().set("text", message.path("refusal"));
    }
    thoughts.sign(texts);
    said.addAll(texts);
    said.addAll(images(message.path("images"), thoughts, place + "/images"));
    var called = new CallResults(model.third(), tellsIds);
    boolean first = true;
    for (var call : message.path("tool_calls")) {
      said.add(call(call, called, thoughts, first, place + "/tool_calls"));
      first = false;
    }
    results = called;
    for (var name : new String[] {"function_call", "audio"}) {
      if (message.hasNonNull(name)) {
        dropped.add("messages." + name);
      }
    }
    add("model", said);
  }

  private ArrayNode images(JsonNode images, Thoughts thoughts, String place)
      throws CannotCarryException {
    var drawn = parts.parts(images, place);
    for (int i = 0; i < drawn.size(); i++) {
      if (drawn.get(i) instanceof ObjectNode part) {
        thoughts.of(Thoughts.IMAGE + i).ifPresent(sign -> part.set("thoughtSignature", sign));
      }
    }
    return drawn;
  }

  private ObjectNode call(
      JsonNode call, CallResults called, Thoughts thoughts, boolean first, String place)
      throws CannotCarryException {
    var function = call.path("function");
    if (!call.path("id").isTextual() || !function.path("name").isTextual()) {
      throw new CannotCarryException(place + " must be functions with an id.");
    }
    var id = call.path("id").textValue();
    var name = FunctionName.theirs(function.path("name").textValue(), place);
    called.expect(id, name, place);
    var part = JsonNodeFactory.instance.objectNode();
    var theirs = part.putObject("functionCall");
    called.name(theirs, id, name);
    theirs.set("args", CallArguments.object(function.path("arguments").asText(""), dropped));
    var signature = thoughts.of(id);
    if (signature.isPresent()) {
      part.set("thoughtSignature", signature.get());
    } else if (first && model.third()) {
      part.put("thoughtSignature", UNSIGNED);
    }
    return part;
  }

  private void result(JsonNode message, String place) throws CannotCarryException {
    results.take(message, parts.parts(message.path("content"), place + "/content"), place);
    if (!results.isWhole()) {
      return;
    }
    open = false;
    contents.addObject().put("role", "user").set("parts", results.responses());
    if (!results.images().isEmpty()) {
      contents.addObject().put("role", "user").set("parts", results.images());
    }
  }

  private void add(String role, ArrayNode said) {
    if (said.isEmpty()) {
      return;
    }
    var last = contents.path(contents.size() - 1);
    if (open
        && last.path("role").asText("").equals(role)
        && last.path("parts") instanceof ArrayNode before) {
      before.addAll(said);
    } else {
      contents.addObject().put("role", role).set("parts", said);
    }
    open = true;
  }

  void put(ObjectNode out) {
    out.set("contents", contents);
    if (!system.isEmpty()) {
      out.putObject("systemInstruction").set("parts", system);
    }
  }
}
