package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.kit.Speech.Call;
import dev.sallyport.llm.kit.Speech.Denial;
import dev.sallyport.llm.kit.Speech.Part;
import dev.sallyport.llm.kit.Speech.Thought;
import dev.sallyport.llm.kit.Speech.Words;
import dev.sallyport.llm.spi.JsonBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Bedrock's Converse. */
final class ConverseDialect implements Dialect {
  private static final String CALL_PREFIX = "tooluse_";
  private static final Seals SEALS = MessagesDialect.SEALS;
  private static final String PADDING = "abcdefghijklm";

  private final Rules rules;

  ConverseDialect(Rules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "bedrock";
  }

  @Override
  public boolean stopsWhenCancelled() {
    return false;
  }

  @Override
  public String shown(Received request) {
    return request.header("authorization").replaceFirst("^Bearer ", "");
  }

  /** A secret with a space in it is a key pair, the name of the key first, and must sign. */
  @Override
  public boolean admits(Received request, String secret) {
    int space = secret.indexOf(' ');
    if (space < 0) {
      return shown(request).equals(secret);
    }
    try {
      var _ = AwsSignature.check(request, secret.substring(0, space), secret.substring(space + 1));
      return true;
    } catch (Objection objection) {
      throw new Objection(403, "AccessDenied", objection.words());
    }
  }

  @Override
  public void check(Received request) {
    require(request.method().equals("POST"), "method");
    var messages = request.json().path("messages");
    require(!messages.isEmpty(), "The conversation must start with a user message.");
    var expected = "user";
    for (var message : messages) {
      require(
          message.path("role").asText().equals(expected),
          "A conversation must alternate between user and assistant roles, beginning with user.");
      expected = expected.equals("user") ? "assistant" : "user";
      thoughts(message.path("content"));
    }
    rules.check(request);
  }

  /** Thoughts come back as they were, and before the calls that they led to, all of them. */
  private static void thoughts(JsonNode content) {
    List<String> signatures = new ArrayList<>();
    for (var block : content) {
      var reasoning = block.path("reasoningContent");
      if (reasoning.has("reasoningText")) {
        var signature = reasoning.at("/reasoningText/signature").asText();
        var text = reasoning.at("/reasoningText/text").asText();
        require(SEALS.holds(text, signature), "Invalid `signature` in `thinking` block");
        signatures.add(signature);
      } else if (reasoning.has("redactedContent")) {
        var data = decoded(reasoning.path("redactedContent").asText());
        require(SEALS.open(data).isPresent(), "Invalid `data` in `redacted_thinking` block");
        signatures.add(data);
      } else if (block.has("toolUse")) {
        require(
            Seals.complete(CALL_PREFIX, block.at("/toolUse/toolUseId").asText(), signatures),
            "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be"
                + " modified.");
      }
    }
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new Objection("redactedContent is not base64");
    }
  }

  @Override
  public Asked asked(Received request) {
    var body = request.json();
    var tools = new ArrayList<Asked.Tool>();
    for (var tool : body.at("/toolConfig/tools")) {
      if (tool.has("toolSpec")) {
        tools.add(
            new Asked.Tool(
                tool.at("/toolSpec/name").asText(), tool.at("/toolSpec/inputSchema/json")));
      }
    }
    var choice = body.at("/toolConfig/toolChoice");
    var route = request.route();
    var limit = body.at("/inferenceConfig/maxTokens");
    return new Asked(
        route.substring("/model/".length(), route.lastIndexOf('/')),
        route.endsWith("/converse-stream"),
        true,
        tools,
        choice.has("any") || choice.has("tool"),
        Trees.having(body.path("messages"), "toolResult"),
        Trees.lastText(body.path("messages"), "user", "content"),
        Trees.having(body.path("messages"), "image")
            + Trees.having(body.path("messages"), "document"),
        schema(body.at("/outputConfig/textFormat/structure/jsonSchema/schema")),
        limit.isNumber() ? OptionalLong.of(limit.asLong()) : OptionalLong.empty(),
        false);
  }

  /** It is written as a text. */
  private static Optional<JsonNode> schema(JsonNode written) {
    if (!written.isTextual()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonBody.parse(written.asText().getBytes(StandardCharsets.UTF_8)).tree());
    } catch (Refusal _) {
      throw new Objection("The schema of outputConfig.textFormat is not JSON.");
    }
  }

  @Override
  public Played whole(Take take) {
    var answer = Trees.object();
    var message = answer.putObject("output").putObject("message").put("role", "assistant");
    var content = message.putArray("content");
    blocks(take).forEach(content::add);
    answer.put("stopReason", stopReason(take));
    answer.set("usage", usage(take.usage()));
    answer.putObject("metrics").put("latencyMs", 1);
    return Pieces.json(answer, take.usage());
  }

  /** The content of an answer, block by block as its parts. */
  private static List<ObjectNode> blocks(Take take) {
    var blocks = new ArrayList<ObjectNode>();
    List<String> signatures = new ArrayList<>();
    for (var part : take.speech().parts()) {
      var block = Trees.object();
      switch (part) {
        case Thought(var text, var redacted) when redacted -> {
          var data = SEALS.close(text);
          signatures.add(data);
          block
              .putObject("reasoningContent")
              .put(
                  "redactedContent",
                  Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8)));
        }
        case Thought(var text, _) -> {
          signatures.add(SEALS.sign(text));
          block
              .putObject("reasoningContent")
              .putObject("reasoningText")
              .put("text", text)
              .put("signature", SEALS.sign(text));
        }
        case Words(var text) -> block.put("text", text);
        case Denial(var text) -> block.put("text", text);
        case Call call ->
            block
                .putObject("toolUse")
                .put(
                    "toolUseId",
                    Seals.callId(CALL_PREFIX, signatures, take.asked().results(), blocks.size()))
                .put("name", call.name())
                .set("input", call.arguments());
      }
      blocks.add(block);
    }
    return blocks;
  }

  @Override
  public Played stream(Take take) {
    var pieces = new Pieces();
    send(pieces, "messageStart", Trees.object().put("role", "assistant"));
    var blocks = blocks(take);
    for (int i = 0; i < blocks.size(); i++) {
      block(pieces, i, take.speech().parts().get(i), blocks.get(i));
      send(pieces, "contentBlockStop", Trees.object().put("contentBlockIndex", i));
    }
    send(pieces, "messageStop", Trees.object().put("stopReason", stopReason(take)));
    var metadata = Trees.object();
    metadata.set("usage", usage(take.usage()));
    metadata.putObject("metrics").put("latencyMs", 1);
    send(pieces, "metadata", metadata);
    return pieces.played(EventFrames.CONTENT_TYPE, take.usage());
  }

  private static void block(Pieces pieces, int index, Part part, ObjectNode block) {
    switch (part) {
      case Thought(_, var redacted) when redacted -> {
        pieces.make(part.tokens().size());
        var delta = Trees.object();
        delta.set("reasoningContent", block.path("reasoningContent"));
        delta(pieces, index, delta);
      }
      case Thought _ -> {
        for (var token : part.tokens()) {
          pieces.make(1);
          reasoning(pieces, index, "text", token);
        }
        var signature = block.at("/reasoningContent/reasoningText/signature").asText();
        reasoning(pieces, index, "signature", signature);
      }
      case Words _, Denial _ -> {
        for (var token : part.tokens()) {
          pieces.make(1);
          delta(pieces, index, Trees.object().put("text", token));
        }
      }
      case Call call -> {
        var start = Trees.object().put("contentBlockIndex", index);
        start
            .putObject("start")
            .putObject("toolUse")
            .put("toolUseId", block.at("/toolUse/toolUseId").asText())
            .put("name", call.name());
        send(pieces, "contentBlockStart", start);
        for (var token : call.tokens()) {
          pieces.make(1);
          var delta = Trees.object();
          delta.putObject("toolUse").put("input", token);
          delta(pieces, index, delta);
        }
      }
    }
  }

  private static void reasoning(Pieces pieces, int index, String field, String text) {
    var delta = Trees.object();
    delta.putObject("reasoningContent").put(field, text);
    delta(pieces, index, delta);
  }

  private static void delta(Pieces pieces, int index, ObjectNode delta) {
    var event = Trees.object().put("contentBlockIndex", index);
    event.set("delta", delta);
    send(pieces, "contentBlockDelta", event);
  }

  private static void send(Pieces pieces, String type, ObjectNode payload) {
    pieces.raw(EventFrames.event(type, payload.put("p", PADDING)));
  }

  private static ObjectNode usage(Usage usage) {
    return Trees.object()
        .put("inputTokens", usage.freshIn())
        .put("outputTokens", usage.out())
        .put("totalTokens", usage.in() + usage.out())
        .put("cacheReadInputTokens", usage.cacheRead())
        .put("cacheWriteInputTokens", usage.cacheWrite());
  }

  private static String stopReason(Take take) {
    return switch (take.speech().end()) {
      case STOP -> "end_turn";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS -> "tool_use";
      case FILTER -> "content_filtered";
      case REFUSAL -> "guardrail_intervened";
    };
  }

  @Override
  public Script refusal(Objection objection) {
    int status = objection.status() == Fault.OVERLOADED ? 503 : objection.status();
    return Script.json(status, Pieces.json(Trees.object().put("message", objection.words())))
        .withHeader("x-amzn-ErrorType", Fault.bedrock(status));
  }

  @Override
  public byte[] broken() {
    var type = Fault.bedrock(429);
    return EventFrames.exception(
        type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1),
        "Too many requests, please wait before trying again.");
  }

  @Override
  public byte[] nonsense() {
    var frame = EventFrames.event("contentBlockDelta", Trees.object().put("contentBlockIndex", 0));
    frame[frame.length - 1] ^= 1; // its checksum is wrong
    return frame;
  }
}
