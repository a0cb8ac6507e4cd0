package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.anthropic.AnthropicAdapter;
import dev.sallyport.llm.bedrock.BedrockAdapter;
import dev.sallyport.llm.gemini.GeminiAdapter;
import dev.sallyport.llm.openai.OpenAiAdapter;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.testing.EventStreams;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The forms in which providers stream: what reads each, and an answer with two calls in it. */
enum ChunkedForms {
  OPENAI,
  RESPONSES,
  ANTHROPIC,
  GEMINI,
  BEDROCK;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int CALLS = 2;

  ProviderAdapter adapter() {
    return switch (this) {
      case OPENAI, RESPONSES -> new OpenAiAdapter();
      case ANTHROPIC -> new AnthropicAdapter();
      case GEMINI -> new GeminiAdapter();
      case BEDROCK -> new BedrockAdapter();
    };
  }

  Site site() {
    return this == RESPONSES
        ? new Site(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Site.Api.RESPONSES,
            Site.PLAIN.quirks())
        : Site.PLAIN;
  }

  /** The bytes of the answer, which differ in what stands in which event. */
  byte[] stream(ChunkedAnswer answer) {
    return switch (this) {
      case OPENAI -> bytes(answer.openAi());
      case ANTHROPIC -> bytes(answer.anthropic());
      case RESPONSES -> bytes(responses(answer));
      case GEMINI -> bytes(gemini(answer));
      case BEDROCK -> bedrock(answer);
    };
  }

  private static byte[] bytes(String stream) {
    return stream.getBytes(StandardCharsets.UTF_8);
  }

  private static String responses(ChunkedAnswer answer) {
    var stream = new StringBuilder();
    var head = NODES.objectNode().put("id", "c").put("object", "response").put("model", "m");
    head.put("status", "completed").putArray("output");
    stream.append(data(typed("response.created").set("response", head.deepCopy())));
    stream.append(item("added", 0, NODES.objectNode().put("type", "message")));
    for (var part : answer.cut(ChunkedAnswer.TEXT)) {
      stream.append(delta("output_text", 0, part));
    }
    for (int call = 0; call < CALLS; call++) {
      var item = NODES.objectNode().put("type", "function_call").put("id", "fc_zq" + call);
      item.put("call_id", ChunkedAnswer.IDS.get(call)).put("name", ChunkedAnswer.NAMES.get(call));
      stream.append(item("added", call + 1, item.put("arguments", "")));
      for (var part : answer.cut(ChunkedAnswer.ARGUMENTS.get(call))) {
        stream.append(delta("function_call_arguments", call + 1, part));
      }
      item.put("arguments", ChunkedAnswer.ARGUMENTS.get(call));
      stream.append(item("done", call + 1, item));
    }
    head.putObject("usage").put("input_tokens", 3).put("output_tokens", 5).put("total_tokens", 8);
    return stream.append(data(typed("response.completed").set("response", head))).toString();
  }

  private static String delta(String of, int index, String part) {
    return data(typed("response." + of + ".delta").put("output_index", index).put("delta", part));
  }

  private static String item(String what, int index, ObjectNode item) {
    var event = typed("response.output_item." + what).put("output_index", index);
    return data(event.set("item", item));
  }

  private static ObjectNode typed(String type) {
    return NODES.objectNode().put("type", type);
  }

  private static String data(ObjectNode event) {
    return "data: " + event + "\n\n";
  }

  /** Each part of an answer comes whole, several of them in one event or in one each. */
  private static String gemini(ChunkedAnswer answer) {
    var parts = NODES.arrayNode();
    answer.cut(ChunkedAnswer.TEXT).forEach(text -> parts.addObject().put("text", text));
    for (int call = 0; call < CALLS; call++) {
      var called = parts.addObject().putObject("functionCall");
      called
          .put("name", ChunkedAnswer.NAMES.get(call))
          .set("args", Wire.object(ChunkedAnswer.ARGUMENTS.get(call)));
    }
    var stream = new StringBuilder();
    for (int i = 0; i < parts.size(); ) {
      var event = NODES.objectNode().put("responseId", "c").put("modelVersion", "m");
      var candidate = event.putArray("candidates").addObject().put("index", 0);
      var some = candidate.putObject("content").put("role", "model").putArray("parts");
      for (int more = answer.upTo(3); more >= 0 && i < parts.size(); more--) {
        some.add(parts.get(i++));
      }
      if (i == parts.size()) {
        candidate.put("finishReason", "STOP");
      }
      event
          .putObject("usageMetadata")
          .put("promptTokenCount", 3)
          .put("candidatesTokenCount", 5)
          .put("totalTokenCount", 8);
      stream.append(data(event));
    }
    return stream.toString();
  }

  private static byte[] bedrock(ChunkedAnswer answer) {
    var lines = new StringBuilder("messageStart {\"role\":\"assistant\"}\n");
    for (var part : answer.cut(ChunkedAnswer.TEXT)) {
      lines.append(block("Delta", 0, "delta", NODES.objectNode().put("text", part)));
    }
    lines.append("contentBlockStop {\"contentBlockIndex\":0}\n");
    for (int call = 1; call <= CALLS; call++) {
      var use = NODES.objectNode().put("toolUseId", ChunkedAnswer.IDS.get(call - 1));
      use.put("name", ChunkedAnswer.NAMES.get(call - 1));
      lines.append(block("Start", call, "start", NODES.objectNode().set("toolUse", use)));
      for (var part : answer.cut(ChunkedAnswer.ARGUMENTS.get(call - 1))) {
        var input = NODES.objectNode().put("input", part);
        lines.append(block("Delta", call, "delta", NODES.objectNode().set("toolUse", input)));
      }
      lines.append("contentBlockStop {\"contentBlockIndex\":%d}\n".formatted(call));
    }
    lines.append("messageStop {\"stopReason\":\"tool_use\"}\n");
    lines.append("metadata {\"usage\":{\"inputTokens\":3,\"outputTokens\":5}}\n");
    var stream = new ByteArrayOutputStream();
    EventStreams.frames(lines.toString()).forEach(stream::writeBytes);
    return stream.toByteArray();
  }

  private static String block(String what, int index, String member, ObjectNode content) {
    var event = NODES.objectNode().put("contentBlockIndex", index);
    return "contentBlock%s %s\n".formatted(what, event.set(member, content).toString());
  }
}
