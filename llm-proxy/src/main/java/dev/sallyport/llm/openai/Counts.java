package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.Quirks.Counting;
import dev.sallyport.llm.spi.Usage;
import java.util.Optional;

/** Reads what vendors count, each in its own way, as OpenAI counts. */
final class Counts {
  private static final String DETAILS = "prompt_tokens_details";

  private Counts() {}

  /** What an event of a stream, or a whole answer, tells of usage. */
  static Optional<Usage> in(JsonNode answer, Counting counting) {
    return read(answer.path("usage"), counting)
        .or(() -> counting.at().flatMap(at -> read(answer.at(at), counting)));
  }

  /** The usage that an object tells of. */
  static Optional<Usage> read(JsonNode given, Counting counting) {
    return tokens(given, counting).map(usage -> withCalls(usage, given.path("server_tool_use")));
  }

  /** As OpenRouter tells of tools that were run for a model. */
  private static Usage withCalls(Usage usage, JsonNode tools) {
    var called = usage;
    for (var tool : tools.properties()) {
      called = called.plusCalls(HostedTools.plain(tool.getKey()), tool.getValue().asLong(0));
    }
    return called;
  }

  private static Optional<Usage> tokens(JsonNode given, Counting counting) {
    if (!(given instanceof ObjectNode object) || counting.equals(Counting.PLAIN)) {
      return ChatUsage.read(given);
    }
    var usage = object.deepCopy();
    counting
        .cacheRead()
        .map(usage::at)
        .filter(JsonNode::isNumber)
        .filter(_ -> !usage.at("/prompt_tokens_details/cached_tokens").isNumber())
        .ifPresent(count -> {
          if (!(usage.path(DETAILS) instanceof ObjectNode)) {
            usage.putObject(DETAILS); // whatever stands there is no count of ours
          }
          usage.withObject("/" + DETAILS).set("cached_tokens", count);
        });
    long reasoning = usage.at("/completion_tokens_details/reasoning_tokens").asLong();
    long in = usage.path("prompt_tokens").asLong();
    long out = usage.path("completion_tokens").asLong();
    if (counting.reasoningApart() && usage.path("total_tokens").asLong() != in + out) {
      usage.put("completion_tokens", out + Math.max(0, reasoning));
    }
    return ChatUsage.read(usage);
  }
}
