package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** A request in OpenAI's chat form: the bytes as they came and the one tree read from them. */
public final class ChatRequest {
  /** What is heeded here of a caller's wishes for providers. */
  private static final Set<String> HEEDED =
      Set.of(
          "allow_fallbacks",
          "ignore",
          "max_price",
          "only",
          "order",
          "preferred_max_latency",
          "preferred_min_throughput",
          "require_parameters",
          "sort");

  /**
   * What messages of the assistant say of themselves, by what it is called where it is left out.
   */
  private static final Set<String> OF_ANSWERS =
      Set.of(
          "messages.annotations",
          "messages.content.text.citations",
          "input.content.annotations",
          "input.content.logprobs");

  private final JsonBody body;
  private final String model;

  private ChatRequest(JsonBody body) {
    this.body = body;
    var named = body.tree().path("model");
    this.model = (named.isTextual() ? named : body.tree().path("models").path(0)).textValue();
  }

  /**
   * Reads a request.
   *
   * @param bytes not copied: never changed after this
   * @throws Refusal with MALFORMED_REQUEST, saying what to mend
   */
  public static ChatRequest parse(byte[] bytes) {
    var body = JsonBody.parse(bytes);
    RequestRules.check(body.tree());
    return new ChatRequest(body);
  }

  /** A request that was made here. */
  public static ChatRequest of(ObjectNode tree) {
    return parse(WireJson.bytes(tree));
  }

  /** The bytes as they came. Not to be changed. */
  public byte[] bytes() {
    return body.bytes();
  }

  /** The tree read from the bytes. Not to be changed. */
  public ObjectNode tree() {
    return body.tree();
  }

  /** The bytes, and where each member stands in them. */
  public JsonBody body() {
    return body;
  }

  /** The alias asked for. */
  public String model() {
    return model;
  }

  /** The aliases that may answer where the first does not, in the caller's order. */
  public List<String> others() {
    var others = new ArrayList<String>();
    tree().path("models").forEach(one -> others.add(one.textValue()));
    others.remove(model);
    return others;
  }

  /** Whether another deployment than the first may answer. */
  public boolean fallbacksAllowed() {
    return tree().path("provider").path("allow_fallbacks").asBoolean(true);
  }

  /** Whether the answer is to be streamed. */
  public boolean streamed() {
    return tree().path("stream").booleanValue();
  }

  /** Whether a streamed answer is to end with a chunk that tells its usage. */
  public boolean usageAsked() {
    return tree().path("stream_options").path("include_usage").booleanValue();
  }

  /** The same, but a streamed answer to it ends with a chunk that tells its usage. */
  public ChatRequest tellingUsage() {
    return streamed() && !usageAsked()
        ? parse(body.with(Map.of("stream_options", optionsWithUsage())))
        : this;
  }

  /** Whether the caller would rather be refused than have a parameter left out. */
  public boolean requireParameters() {
    return tree().path("provider").path("require_parameters").booleanValue();
  }

  /**
   * Lets parameters be left out.
   *
   * @throws CannotCarryException if there are any, and the caller would rather be refused. What
   *     answers say of themselves, and come back with, is no parameter
   */
  public void allowDropping(Collection<String> dropped) throws CannotCarryException {
    var parameters = dropped.stream().filter(name -> !OF_ANSWERS.contains(name)).toList();
    if (!parameters.isEmpty() && requireParameters()) {
      throw CannotCarryException.of(parameters);
    }
  }

  /** Whether a request wants more of providers than Sallyport itself heeds. */
  public static boolean wantsOfProviders(ObjectNode request) {
    for (var wish : request.path("provider").properties()) {
      if (!HEEDED.contains(wish.getKey())) {
        return true;
      }
    }
    // Here each model is an action of its own, and its deployments are sorted by themselves.
    return request.path("provider").path("sort").path("partition").asText("").equals("none");
  }

  /** Whether leaving a parameter of such a value out changes nothing. */
  public static boolean saysNothing(String parameter, JsonNode value) {
    return value.isNull()
        || switch (parameter) {
          case "n" -> value.asInt() == 1;
          case "logprobs", "store" -> value.isBoolean() && !value.booleanValue();
          case "frequency_penalty", "presence_penalty" -> value.isNumber() && value.asDouble() == 0;
          default -> value.isContainerNode() && value.isEmpty();
        };
  }

  /** The same of {@code modalities}, where all answers are text. */
  public static boolean isTextAlone(JsonNode modalities) {
    return modalities.isNull()
        || (modalities.size() == 1 && modalities.path(0).asText().equals("text"));
  }

  /** Whether the caller said how many tokens the answer may have. */
  public boolean limited() {
    return tree().path("max_completion_tokens").isNumber() || tree().path("max_tokens").isNumber();
  }

  /**
   * The bytes for an upstream: as they came, but for the model, the report of usage, and the limit.
   *
   * @param limit how many tokens the answer may have where the caller does not say, if any
   */
  public byte[] bytesFor(String upstreamModel, OptionalInt limit) {
    return body.with(changesFor(upstreamModel, limit));
  }

  /** What {@link #bytesFor} changes, by member, for more to be changed with it. */
  public Map<String, JsonNode> changesFor(String upstreamModel, OptionalInt limit) {
    var changes = new LinkedHashMap<String, JsonNode>();
    if (streamed() && !usageAsked()) {
      changes.put("stream_options", optionsWithUsage());
    }
    if (limit.isPresent() && !limited()) {
      changes.put("max_completion_tokens", IntNode.valueOf(limit.getAsInt()));
    }
    changes.put("model", TextNode.valueOf(upstreamModel));
    return changes;
  }

  private ObjectNode optionsWithUsage() {
    var options =
        tree().path("stream_options") instanceof ObjectNode given
            ? given.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    return options.put("include_usage", true);
  }

  static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }
}
