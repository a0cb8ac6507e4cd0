package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.kit.Speech.Call;
import dev.sallyport.llm.kit.Speech.Denial;
import dev.sallyport.llm.kit.Speech.Thought;
import dev.sallyport.llm.kit.Speech.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** OpenAI's Responses, of which nothing is kept. */
final class ResponsesDialect implements Dialect {
  private static final long CREATED = 1_790_000_000L;

  private final boolean openRouter;
  private final Seals seals;

  /**
   * One.
   *
   * @param organisation whose thoughts these are: another's do not count
   */
  ResponsesDialect(boolean openRouter, String organisation) {
    this.openRouter = openRouter;
    this.seals = new Seals(organisation);
  }

  @Override
  public String name() {
    return openRouter ? "openrouter" : "openai";
  }

  @Override
  public boolean stopsWhenCancelled() {
    return true;
  }

  @Override
  public String shown(Received request) {
    return ChatDialect.shown(request, !request.header("api-key").isEmpty());
  }

  @Override
  public void check(Received request) {
    var body = request.json();
    Objection.require(body.path("model").isTextual(), "Missing required parameter: 'model'.");
    ResponsesRules.check(request, body, openRouter, seals);
  }

  @Override
  public Asked asked(Received request) {
    var body = request.json();
    var tools = new ArrayList<Asked.Tool>();
    if (!body.path("tool_choice").asText().equals("none")) {
      for (var tool : body.path("tools")) {
        if (tool.path("type").asText().equals("function")) {
          tools.add(new Asked.Tool(tool.path("name").asText(), tool.path("parameters")));
        }
      }
    }
    var input = body.path("input");
    var hidden = false;
    for (var wanted : body.path("include")) {
      hidden |= wanted.asText().equals("reasoning.encrypted_content");
    }
    var limit = body.path("max_output_tokens");
    return new Asked(
        body.path("model").asText(),
        body.path("stream").asBoolean(),
        true,
        tools,
        Trees.forces(body.path("tool_choice")),
        Trees.count(input, Set.of("function_call_output")),
        input.isTextual() ? input.asText() : Trees.lastText(input, "user", "content"),
        Trees.count(input, Set.of("input_image", "input_file")),
        Optional.of(body.at("/text/format/schema")).filter(JsonNode::isObject),
        limit.isNumber() ? OptionalLong.of(limit.asLong()) : OptionalLong.empty(),
        hidden || openRouter);
  }

  @Override
  public Played whole(Take take) {
    return Pieces.json(response(take, status(take), items(take)), take.usage());
  }

  @Override
  public Played stream(Take take) {
    return new ResponsesStream(take, items(take), (status, items) -> response(take, status, items))
        .played();
  }

  /** What is said, item by item as its parts. */
  private List<ObjectNode> items(Take take) {
    var items = new ArrayList<ObjectNode>();
    List<String> signatures = new ArrayList<>();
    int calls = 0;
    for (var part : take.speech().parts()) {
      var id = "fake" + take.number() + "_" + items.size();
      items.add(
          switch (part) {
            case Thought thought -> thought(thought, "rs_" + id, take, signatures);
            case Words(var text) -> message("msg_" + id, "output_text", "text", text);
            case Denial(var text) -> message("msg_" + id, "refusal", "refusal", text);
            case Call call ->
                Trees.object()
                    .put("id", "fc_" + id)
                    .put("type", "function_call")
                    .put("status", "completed")
                    .put("arguments", call.json())
                    .put(
                        "call_id",
                        Seals.callId(
                            ChatRules.CALL_PREFIX, signatures, take.asked().results(), calls++))
                    .put("name", call.name());
          });
    }
    return items;
  }

  private ObjectNode thought(Thought thought, String id, Take take, List<String> signatures) {
    var item = Trees.object().put("id", id).put("type", "reasoning");
    var summary = item.putArray("summary");
    var kept = new StringBuilder(id);
    if (!thought.redacted() && !thought.text().isEmpty()) {
      summary.addObject().put("type", "summary_text").put("text", thought.text());
      kept.append('\n').append(thought.text());
    }
    var closed = seals.close(kept.toString());
    signatures.add(closed);
    return take.asked().hidden() ? item.put("encrypted_content", closed) : item;
  }

  private static ObjectNode message(String id, String type, String field, String text) {
    var item = Trees.object().put("id", id).put("type", "message").put("status", "completed");
    var part = item.put("role", "assistant").putArray("content").addObject().put("type", type);
    if (type.equals("output_text")) {
      part.putArray("annotations");
      part.putArray("logprobs");
    }
    part.put(field, text);
    return item;
  }

  static String status(Take take) {
    return switch (take.speech().end()) {
      case STOP, REFUSAL, TOOL_CALLS -> "completed";
      case LENGTH, FILTER -> "incomplete";
    };
  }

  private static ObjectNode response(Take take, String status, List<ObjectNode> items) {
    var response =
        Trees.object()
            .put("id", "resp_fake" + take.number())
            .put("object", "response")
            .put("created_at", CREATED)
            .put("status", status)
            .putNull("error")
            .putNull("incomplete_details");
    if (status.equals("incomplete")) {
      boolean limit = take.speech().end() == Speech.End.LENGTH;
      response
          .putObject("incomplete_details")
          .put("reason", limit ? "max_output_tokens" : "content_filter");
    }
    response.putNull("instructions").putNull("max_output_tokens").putNull("metadata");
    response.put("model", take.asked().model());
    var output = response.putArray("output");
    items.forEach(output::add);
    response.put("parallel_tool_calls", true).putNull("previous_response_id");
    response.put("store", false).put("temperature", 1).put("tool_choice", "auto");
    response.putArray("tools");
    response.put("top_p", 1).put("truncation", "disabled");
    if (status.equals("in_progress")) {
      return response.putNull("usage");
    }
    response.set("usage", usage(take.usage()));
    return response;
  }

  private static ObjectNode usage(Usage usage) {
    var tree = Trees.object().put("input_tokens", usage.in());
    tree.putObject("input_tokens_details")
        .put("cached_tokens", usage.cacheRead())
        .put("cache_write_tokens", usage.cacheWrite());
    tree.put("output_tokens", usage.out());
    tree.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningOut());
    return tree.put("total_tokens", usage.in() + usage.out());
  }

  @Override
  public Script refusal(Objection objection) {
    int status = objection.status() == Fault.OVERLOADED ? 503 : objection.status();
    var body = Trees.object();
    body.putObject("error")
        .put("message", objection.words())
        .put("type", Fault.openAi(status))
        .putNull("param")
        .put("code", objection.code());
    return Script.json(status, Pieces.json(body));
  }

  @Override
  public byte[] broken() {
    return """
    event: error
    data: {"type":"error","code":"server_error","message":"The server had an error",\
    "param":null,"sequence_number":99}

    """
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] nonsense() {
    return "event: response.output_text.delta\ndata: {\"type\":\n\n"
        .getBytes(StandardCharsets.UTF_8);
  }
}
