package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes a chat request that is a translation one of OpenAI's, without what only the former has. */
final class Translation {
  /** Source: OpenAI, "Create chat completion". */
  private static final Set<String> PARAMETERS =
      Set.of(
          "audio",
          "frequency_penalty",
          "function_call",
          "functions",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "messages",
          "metadata",
          "modalities",
          "model",
          "n",
          "parallel_tool_calls",
          "prediction",
          "presence_penalty",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention",
          "reasoning_effort",
          "response_format",
          "safety_identifier",
          "seed",
          "service_tier",
          "stop",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "user",
          "verbosity",
          "web_search_options");

  /** Models of OpenAI's that refuse an effort of reasoning. */
  private static final Pattern WITHOUT_REASONING = Pattern.compile("(gpt-[34]|chatgpt-4).*");

  /** Models of OpenAI's that refuse any sampling but the usual. */
  private static final Pattern WITHOUT_SAMPLING =
      Pattern.compile("o[134](-.*)?|gpt-5(-(mini|nano|pro|codex|[0-9]).*)?");

  private final Changes changes;
  private final Attempt attempt;

  Translation(Changes changes, Attempt attempt) {
    this.changes = changes;
    this.attempt = attempt;
  }

  void apply() throws CannotCarryException {
    reasoning();
    sampling();
    for (var name : changes.names()) {
      if (!PARAMETERS.contains(name) && !attempt.site().quirks().takes().contains(name)) {
        changes.lose(name);
      }
    }
    changes.cutNulls();
    if (!changes.value("max_tokens").isMissingNode()) {
      if (changes.value("max_completion_tokens").isMissingNode()) {
        changes.set("max_completion_tokens", changes.value("max_tokens"));
      }
      changes.cut("max_tokens");
    }
    tools();
    if (changes.value("messages") instanceof ArrayNode messages) {
      changes.set(
          "messages",
          new Messages(changes).plain(messages, attempt.site().quirks().reasoningBack()));
    }
  }

  private void reasoning() {
    var wanted = changes.value("reasoning");
    var effort = wanted.path("effort");
    if (effort.isTextual() && changes.value("reasoning_effort").isMissingNode()) {
      changes.set("reasoning_effort", effort);
    } else if (wanted.path("max_tokens").isNumber()) {
      changes.set("reasoning_effort", TextNode.valueOf(Effort.near(wanted.path("max_tokens"))));
      changes.note("reasoning.max_tokens");
    }
    if (wanted.path("exclude").booleanValue()) {
      changes.note("reasoning.exclude");
    }
    changes.cut("reasoning");
    if (WITHOUT_REASONING.matcher(attempt.upstreamModel()).matches()) {
      changes.lose("reasoning_effort");
    }
  }

  private void sampling() {
    if (!WITHOUT_SAMPLING.matcher(attempt.upstreamModel()).matches()) {
      return;
    }
    for (var name : new String[] {"temperature", "top_p"}) {
      if (changes.value(name).asDouble(1) == 1) {
        changes.cut(name);
      } else {
        changes.lose(name);
      }
    }
  }

  private void tools() {
    if (!(changes.value("tools") instanceof ArrayNode tools)) {
      return;
    }
    var plain = tools.deepCopy();
    for (var tool : plain) {
      if (tool instanceof ObjectNode object && object.remove("cache_control") != null) {
        changes.note("cache_control");
      }
    }
    changes.set("tools", plain);
  }
}
