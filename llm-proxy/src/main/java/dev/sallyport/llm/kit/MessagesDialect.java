package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.kit.Speech.Call;
import dev.sallyport.llm.kit.Speech.Denial;
import dev.sallyport.llm.kit.Speech.Part;
import dev.sallyport.llm.kit.Speech.Thought;
import dev.sallyport.llm.kit.Speech.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Anthropic's Messages. */
final class MessagesDialect implements Dialect {
  /** Signatures hold on every cloud that serves these models. */
  static final Seals SEALS = new Seals("anthropic");

  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public boolean stopsWhenCancelled() {
    return true;
  }

  @Override
  public String shown(Received request) {
    var bearer = request.header("authorization");
    return bearer.startsWith("Bearer ") ? bearer.substring(7) : request.header("x-api-key");
  }

  @Override
  public void check(Received request) {
    MessagesRules.check(request, SEALS);
  }

  @Override
  public Asked asked(Received request) {
    var body = request.json();
    var tools = new ArrayList<Asked.Tool>();
    if (!body.at("/tool_choice/type").asText().equals("none")) {
      for (var tool : body.path("tools")) {
        if (tool.has("input_schema")) {
          tools.add(new Asked.Tool(tool.path("name").asText(), tool.path("input_schema")));
        }
      }
    }
    var schema = body.at("/output_config/format/schema");
    return new Asked(
        body.path("model").asText(),
        body.path("stream").asBoolean(),
        true,
        tools,
        Set.of("any", "tool").contains(body.at("/tool_choice/type").asText()),
        Trees.count(body.path("messages"), Set.of("tool_result")),
        Trees.lastText(body.path("messages"), "user", "content"),
        Trees.count(body.path("messages"), Set.of("image", "document")),
        Optional.of(schema).filter(JsonNode::isObject),
        body.has("max_tokens")
            ? OptionalLong.of(body.path("max_tokens").asLong())
            : OptionalLong.empty(),
        false);
  }

  @Override
  public Played whole(Take take) {
    var message = message(take);
    var content = message.putArray("content");
    blocks(take).forEach(content::add);
    message.put("stop_reason", stopReason(take)).putNull("stop_sequence");
    message.set("usage", usage(take.usage(), take.usage().out()));
    return Pieces.json(message, take.usage());
  }

  @Override
  public Played stream(Take take) {
    var pieces = new Pieces();
    var message = message(take);
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set("usage", usage(take.usage(), take.usage().out() == 0 ? 0 : 1));
    var start = Trees.object().put("type", "message_start");
    start.set("message", message);
    pieces.event("message_start", start);
    var blocks = blocks(take);
    var parts = take.speech().parts();
    for (int i = 0; i < blocks.size(); i++) {
      block(pieces, i, parts.get(i), blocks.get(i));
    }
    var end = Trees.object().put("type", "message_delta");
    end.putObject("delta").put("stop_reason", stopReason(take)).putNull("stop_sequence");
    end.set("usage", usage(take.usage(), take.usage().out()));
    pieces.event("message_delta", end);
    pieces.event("message_stop", Trees.object().put("type", "message_stop"));
    return pieces.events(take.usage());
  }

  private static ObjectNode message(Take take) {
    return Trees.object()
        .put("id", "msg_fake" + take.number())
        .put("type", "message")
        .put("role", "assistant")
        .put("model", take.asked().model());
  }

  /** The content of an answer, block by block as its parts. */
  static List<ObjectNode> blocks(Take take) {
    var blocks = new ArrayList<ObjectNode>();
    List<String> signatures = new ArrayList<>();
    for (var part : take.speech().parts()) {
      switch (part) {
        case Thought(var text, var redacted) -> {
          var signature = redacted ? SEALS.close(text) : SEALS.sign(text);
          signatures.add(signature);
          blocks.add(
              redacted
                  ? block("redacted_thinking").put("data", signature)
                  : block("thinking").put("thinking", text).put("signature", signature));
        }
        case Words(var text) -> blocks.add(block("text").put("text", text));
        case Denial(var text) -> blocks.add(block("text").put("text", text));
        case Call call -> {
          var block = block("tool_use");
          block.put(
              "id",
              Seals.callId(
                  MessagesRules.CALL_PREFIX, signatures, take.asked().results(), blocks.size()));
          block.put("name", call.name()).set("input", call.arguments());
          blocks.add(block);
        }
      }
    }
    return blocks;
  }

  private static ObjectNode block(String type) {
    return Trees.object().put("type", type);
  }

  private static void block(Pieces pieces, int index, Part part, ObjectNode block) {
    var empty = block.deepCopy();
    switch (part) {
      case Thought(_, var redacted) when redacted -> {}
      case Thought _ -> empty.put("thinking", "").put("signature", "");
      case Words _, Denial _ -> empty.put("text", "");
      case Call _ -> empty.set("input", Trees.object());
    }
    var start = Trees.object().put("type", "content_block_start").put("index", index);
    start.set("content_block", empty);
    pieces.event("content_block_start", start);
    if (index == 0) {
      pieces.event("ping", Trees.object().put("type", "ping"));
    }
    deltas(pieces, index, part, block);
    pieces.event(
        "content_block_stop", Trees.object().put("type", "content_block_stop").put("index", index));
  }

  private static void deltas(Pieces pieces, int index, Part part, ObjectNode block) {
    switch (part) {
      case Thought(_, var redacted) when redacted -> pieces.make(part.tokens().size());
      case Thought _ -> {
        deltas(pieces, index, "thinking_delta", "thinking", part.tokens());
        delta(pieces, index, "signature_delta", "signature", block.path("signature").asText());
      }
      case Words _, Denial _ -> deltas(pieces, index, "text_delta", "text", part.tokens());
      case Call call -> {
        delta(pieces, index, "input_json_delta", "partial_json", "");
        // Arguments that are none are not written, only counted.
        var written = call.arguments().isEmpty() ? List.<String>of() : part.tokens();
        pieces.make(part.tokens().size() - written.size());
        deltas(pieces, index, "input_json_delta", "partial_json", written);
      }
    }
  }

  private static void deltas(
      Pieces pieces, int index, String type, String field, List<String> tokens) {
    for (var token : tokens) {
      pieces.make(1);
      delta(pieces, index, type, field, token);
    }
  }

  private static void delta(Pieces pieces, int index, String type, String field, String text) {
    var event = Trees.object().put("type", "content_block_delta").put("index", index);
    event.putObject("delta").put("type", type).put(field, text);
    pieces.event("content_block_delta", event);
  }

  private static ObjectNode usage(Usage usage, long out) {
    var tree =
        Trees.object()
            .put("input_tokens", usage.freshIn())
            .put("cache_creation_input_tokens", usage.cacheWrite())
            .put("cache_read_input_tokens", usage.cacheRead());
    tree.putObject("cache_creation")
        .put("ephemeral_5m_input_tokens", usage.cacheWrite())
        .put("ephemeral_1h_input_tokens", 0);
    return tree.put("output_tokens", out).put("service_tier", "standard");
  }

  private static String stopReason(Take take) {
    return switch (take.speech().end()) {
      case STOP -> "end_turn";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS -> "tool_use";
      case FILTER, REFUSAL -> "refusal";
    };
  }

  @Override
  public Script refusal(Objection objection) {
    var body = Trees.object().put("type", "error");
    body.putObject("error")
        .put("type", Fault.anthropic(objection.status()))
        .put("message", objection.words());
    body.put("request_id", "req_fake");
    return Script.json(objection.status(), Pieces.json(body));
  }

  @Override
  public byte[] broken() {
    return """
    event: error
    data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

    """
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] nonsense() {
    return "event: content_block_delta\ndata: {\"type\":\n\n".getBytes(StandardCharsets.UTF_8);
  }
}
