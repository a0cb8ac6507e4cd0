package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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

/** OpenAI's chat completions, and what others made of them. */
final class ChatDialect implements Dialect {
  private static final long CREATED = 1_790_000_000L;
  private static final Seals SEALS = new Seals("openrouter");

  private final House house;

  ChatDialect(House house) {
    this.house = house;
  }

  /** Who speaks it. */
  enum House {
    OPENAI,
    AZURE,
    OPENROUTER
  }

  @Override
  public String name() {
    return switch (house) {
      case OPENAI -> "openai";
      case AZURE -> "azure-openai";
      case OPENROUTER -> "openrouter";
    };
  }

  @Override
  public boolean stopsWhenCancelled() {
    return true;
  }

  @Override
  public String shown(Received request) {
    return shown(request, house == House.AZURE);
  }

  static String shown(Received request, boolean azure) {
    var bearer = request.header("authorization");
    return azure && bearer.isEmpty()
        ? request.header("api-key")
        : bearer.replaceFirst("^Bearer ", "");
  }

  @Override
  public void check(Received request) {
    var body = request.json();
    if (house == House.AZURE) {
      Objection.require(!request.query("api-version").isEmpty(), "api-version is required");
    } else {
      Objection.require(body.path("model").isTextual(), "model: field required");
    }
    ChatRules.check(request, body, house == House.OPENROUTER);
    if (house == House.OPENROUTER) {
      ChatRules.thoughts(body.path("messages"), SEALS);
    }
  }

  @Override
  public Asked asked(Received request) {
    var body = request.json();
    var tools = new ArrayList<Asked.Tool>();
    if (!body.path("tool_choice").asText().equals("none")) {
      for (var tool : body.path("tools")) {
        var function = tool.path("function");
        tools.add(new Asked.Tool(function.path("name").asText(), function.path("parameters")));
      }
    }
    var limit = body.path(body.has("max_tokens") ? "max_tokens" : "max_completion_tokens");
    var results = 0;
    for (var message : body.path("messages")) {
      results += message.path("role").asText().equals("tool") ? 1 : 0;
    }
    return new Asked(
        house == House.AZURE ? deployment(request.route()) : body.path("model").asText(),
        body.path("stream").asBoolean(),
        house == House.OPENROUTER || body.at("/stream_options/include_usage").asBoolean(),
        tools,
        Trees.forces(body.path("tool_choice")),
        results,
        Trees.lastText(body.path("messages"), "user", "content"),
        Trees.count(body.path("messages"), Set.of("image_url", "file")),
        Optional.of(body.at("/response_format/json_schema/schema")).filter(JsonNode::isObject),
        limit.isNumber() ? OptionalLong.of(limit.asLong()) : OptionalLong.empty(),
        false);
  }

  /** The name of a deployment in a path of Azure's. */
  private static String deployment(String route) {
    int from = route.indexOf("/deployments/") + "/deployments/".length();
    return route.substring(from, route.lastIndexOf("/chat/completions"));
  }

  @Override
  public Played whole(Take take) {
    var answer = head(take, "chat.completion");
    var choice = answer.putArray("choices").addObject().put("index", 0);
    var message = choice.putObject("message").put("role", "assistant");
    var text = new StringBuilder();
    message.putNull("content").putNull("refusal");
    for (var part : take.speech().parts()) {
      switch (part) {
        case Thought thought -> think(message, thought);
        case Words(var words) -> text.append(words);
        case Denial(var words) -> message.put("refusal", words);
        case Call call -> call(calls(message), call, take).put("type", "function");
      }
    }
    if (!text.isEmpty()) {
      message.put("content", text.toString());
    }
    finish(choice.putNull("logprobs"), take);
    if (house == House.OPENROUTER) {
      answer.putNull("system_fingerprint");
    }
    answer.set("usage", usage(take.usage()));
    return Pieces.json(answer, take.usage());
  }

  @Override
  public Played stream(Take take) {
    var pieces = new Pieces();
    if (house == House.OPENROUTER) {
      pieces.text(": OPENROUTER PROCESSING\n\n");
    }
    if (house == House.AZURE) {
      var first = Trees.object().put("id", "").put("object", "").put("created", 0).put("model", "");
      first.putArray("choices");
      first.putArray("prompt_filter_results").addObject().put("prompt_index", 0);
      pieces.data(first);
    }
    pieces.data(chunk(take, Trees.object().put("role", "assistant").put("content", "")));
    int thoughts = 0;
    int calls = 0;
    for (var part : take.speech().parts()) {
      switch (part) {
        case Thought thought -> think(pieces, take, thought, thoughts++);
        case Words _ -> tokens(pieces, take, "content", part.tokens());
        case Denial _ -> tokens(pieces, take, "refusal", part.tokens());
        case Call call -> call(pieces, take, call, calls++);
      }
    }
    var last = chunk(take, Trees.object());
    finish((ObjectNode) last.path("choices").path(0), take);
    pieces.data(last);
    if (take.asked().usage()) {
      var end = head(take, "chat.completion.chunk");
      end.putArray("choices");
      end.set("usage", usage(take.usage()));
      pieces.data(end);
    }
    pieces.text("data: [DONE]\n\n");
    return pieces.events(take.usage());
  }

  private ObjectNode head(Take take, String object) {
    var head =
        Trees.object()
            .put("id", (house == House.OPENROUTER ? "gen-fake" : "chatcmpl-fake") + take.number())
            .put("object", object)
            .put("created", CREATED)
            .put("model", take.asked().model());
    return house == House.OPENROUTER
        ? head.put("provider", "Fake")
        : head.put("service_tier", "default").put("system_fingerprint", "fp_fake");
  }

  private ObjectNode chunk(Take take, ObjectNode delta) {
    var chunk = head(take, "chat.completion.chunk");
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").putNull("finish_reason");
    boolean told = take.asked().usage() && house != House.OPENROUTER;
    return told ? chunk.putNull("usage") : chunk;
  }

  private void tokens(Pieces pieces, Take take, String field, List<String> tokens) {
    for (var token : tokens) {
      pieces.make(1);
      pieces.data(chunk(take, Trees.object().put(field, token)));
    }
  }

  private void finish(ObjectNode choice, Take take) {
    var reason =
        switch (take.speech().end()) {
          case STOP, REFUSAL -> "stop";
          case LENGTH -> "length";
          case TOOL_CALLS -> "tool_calls";
          case FILTER -> "content_filter";
        };
    choice.put("finish_reason", reason);
    if (house == House.OPENROUTER) {
      choice.put("native_finish_reason", reason);
    }
  }

  private static ArrayNode calls(ObjectNode message) {
    return message.withArray("/tool_calls");
  }

  private ObjectNode call(ArrayNode calls, Call call, Take take) {
    var tree = Trees.object().put("id", id(take, calls.size()));
    calls.add(tree);
    tree.putObject("function").put("name", call.name()).put("arguments", call.json());
    return tree;
  }

  private void call(Pieces pieces, Take take, Call call, int index) {
    var first = Trees.object().put("role", "assistant").putNull("content");
    var begun = first.putArray("tool_calls").addObject().put("index", index);
    begun.put("id", id(take, index)).put("type", "function");
    begun.putObject("function").put("name", call.name()).put("arguments", "");
    pieces.data(chunk(take, first));
    for (var token : call.tokens()) {
      pieces.make(1);
      var delta = Trees.object();
      var more = delta.putArray("tool_calls").addObject().put("index", index);
      more.putObject("function").put("arguments", token);
      pieces.data(chunk(take, delta));
    }
  }

  /** Only those who show thoughts can ask for them back. */
  private String id(Take take, int index) {
    var signatures =
        house == House.OPENROUTER
            ? take.speech().thoughts().stream().map(ChatDialect::signature).toList()
            : List.<String>of();
    return Seals.callId(ChatRules.CALL_PREFIX, signatures, take.asked().results(), index);
  }

  private static String signature(Thought thought) {
    return thought.redacted() ? SEALS.close(thought.text()) : SEALS.sign(thought.text());
  }

  private void think(ObjectNode message, Thought thought) {
    if (house != House.OPENROUTER) {
      return;
    }
    if (!thought.redacted()) {
      message.put("reasoning", message.path("reasoning").asText() + thought.text());
    }
    var details = message.withArray("/reasoning_details");
    details.add(detail(thought, details.size(), thought.text(), true));
  }

  private void think(Pieces pieces, Take take, Thought thought, int index) {
    if (house != House.OPENROUTER || thought.redacted()) {
      pieces.make(thought.tokens().size());
    }
    if (house != House.OPENROUTER) {
      return;
    }
    if (!thought.redacted()) {
      for (var token : thought.tokens()) {
        pieces.make(1);
        var delta = Trees.object().put("reasoning", token);
        delta.putArray("reasoning_details").add(detail(thought, index, token, false));
        pieces.data(chunk(take, delta));
      }
    }
    var end = Trees.object();
    end.putArray("reasoning_details").add(detail(thought, index, "", true));
    pieces.data(chunk(take, end));
  }

  private static ObjectNode detail(Thought thought, int index, String text, boolean signed) {
    var detail = Trees.object().put("format", "anthropic-claude-v1").put("index", index);
    if (thought.redacted()) {
      return detail.put("type", "reasoning.encrypted").put("data", signature(thought));
    }
    detail.put("type", "reasoning.text").put("text", text);
    return signed ? detail.put("signature", signature(thought)) : detail;
  }

  private ObjectNode usage(Usage usage) {
    var tree =
        Trees.object()
            .put("prompt_tokens", usage.in())
            .put("completion_tokens", usage.out())
            .put("total_tokens", usage.in() + usage.out());
    tree.putObject("prompt_tokens_details")
        .put("cached_tokens", usage.cacheRead())
        .put("cache_write_tokens", usage.cacheWrite())
        .put("audio_tokens", 0);
    tree.putObject("completion_tokens_details")
        .put("reasoning_tokens", usage.reasoningOut())
        .put("audio_tokens", 0);
    return house == House.OPENROUTER
        ? tree.put("cost", usage.out() * 1e-6).put("is_byok", false)
        : tree;
  }

  @Override
  public Script refusal(Objection objection) {
    int status = objection.status() == Fault.OVERLOADED ? 503 : objection.status();
    var body = Trees.object();
    var error = body.putObject("error").put("message", objection.words());
    if (house == House.OPENROUTER) {
      error.put("code", status);
      error.putObject("metadata").put("error_type", objection.code());
    } else {
      error.put("type", Fault.openAi(status)).putNull("param").put("code", objection.code());
    }
    return Script.json(status, Pieces.json(body));
  }

  @Override
  public byte[] broken() {
    var error = Trees.object();
    var words = error.putObject("error").put("message", "The server had an error");
    if (house == House.OPENROUTER) {
      words.put("code", 502);
      var choice = error.putArray("choices").addObject().put("index", 0);
      choice.putObject("delta").put("content", "");
      choice.put("finish_reason", "error");
    } else {
      words.put("type", "server_error").putNull("param").putNull("code");
    }
    return ("data: " + Pieces.json(error) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] nonsense() {
    return "data: {\"choices\":[\n\n".getBytes(StandardCharsets.UTF_8);
  }
}
