package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.anthropic.ClaudeThinking;
import dev.sallyport.llm.spi.ThinkingWish;
import java.util.Set;

/**
 * How much a model is to think, from chat's words to those of its maker, for which Converse has a
 * place but no words. Source: Anthropic's guides to extended and adaptive thinking; Amazon Nova 2
 * User Guide, "Extended thinking".
 */
final class Thinking {
  private final ObjectNode chat;
  private final ThinkingWish wish;
  private final Set<String> dropped;
  private final int maxOutputTokens;

  /**
   * A request's.
   *
   * @param maxOutputTokens how many tokens the answer may have if nothing is said
   */
  Thinking(ObjectNode chat, Set<String> dropped, int maxOutputTokens) {
    this.chat = chat;
    this.wish = ThinkingWish.of(chat);
    this.dropped = dropped;
    this.maxOutputTokens = maxOutputTokens;
  }

  /**
   * Sets it in a request of which all else is set.
   *
   * @param possible whether the turns so far let the model think
   */
  void put(ObjectNode out, Family family, String model, boolean possible) {
    if (wish.off() || wish.isSilent()) {
      return; // a model of Bedrock's thinks only where it is asked to
    }
    switch (family) {
      case ANTHROPIC -> anthropic(out, model, possible);
      case NOVA -> nova(out, ofThree(wish.effort()));
      case GPT_OSS -> own(out).put("reasoning_effort", ofThree(wish.effort()));
      case MISTRAL, OTHER -> dropped.add(wish.parameter());
    }
  }

  /** The highest effort cannot be limited, which matters more. */
  private void nova(ObjectNode out, String effort) {
    boolean limited = out.path("inferenceConfig").has("maxTokens");
    var possible = effort;
    if (effort.equals("high") && limited) {
      possible = "medium";
      dropped.add(wish.parameter());
    }
    own(out)
        .putObject("reasoningConfig")
        .put("type", "enabled")
        .put("maxReasoningEffort", possible);
    if (possible.equals("high")) {
      withoutSampling(out);
    }
  }

  private void anthropic(ObjectNode out, String model, boolean possible) {
    long asked = wish.budget();
    var effort = wish.effort();
    if (isForced(out)) {
      dropped.add(wish.parameter()); // a model that must call a tool cannot think
      return;
    }
    if (asked <= 0 && ClaudeThinking.choosesByItself(model)) {
      var fields = own(out);
      fields.putObject("thinking").put("type", "adaptive").put("display", "summarized");
      if (!effort.isEmpty()) {
        fields.putObject("output_config").put("effort", ClaudeThinking.effort(effort));
      }
    } else {
      var config = out.withObjectProperty("inferenceConfig");
      long all = config.path("maxTokens").asLong(Math.max(asked, 0) + maxOutputTokens);
      if (!possible || all <= ClaudeThinking.LEAST_BUDGET) {
        dropped.add(wish.parameter());
        return;
      }
      config.put("maxTokens", all);
      long wanted = asked > 0 ? asked : all * ClaudeThinking.percent(effort) / 100;
      own(out)
          .putObject("thinking")
          .put("type", "enabled")
          .put("budget_tokens", Math.clamp(wanted, ClaudeThinking.LEAST_BUDGET, all - 1));
    }
    if (chat.path("reasoning").path("exclude").booleanValue()) {
      own(out).withObjectProperty("thinking").put("display", "omitted");
    }
    withoutSampling(out);
  }

  private void withoutSampling(ObjectNode out) {
    leaveOut(out, "temperature", "temperature");
    leaveOut(out, "topP", "top_p");
    if (own(out).remove("top_k") != null) {
      dropped.add("top_k");
    }
  }

  private void leaveOut(ObjectNode out, String field, String name) {
    var given =
        out.path("inferenceConfig") instanceof ObjectNode config ? config.remove(field) : null;
    if (given != null && !(name.equals("temperature") && given.asDouble() == 1)) {
      dropped.add(name);
    }
    if (out.path("inferenceConfig").isEmpty()) {
      out.remove("inferenceConfig");
    }
  }

  private static ObjectNode own(ObjectNode out) {
    return out.withObjectProperty("additionalModelRequestFields");
  }

  private static boolean isForced(ObjectNode out) {
    var choice = out.path("toolConfig").path("toolChoice");
    var own = out.path("additionalModelRequestFields").path("tool_choice").path("type").asText("");
    return choice.has("any") || choice.has("tool") || own.equals("any") || own.equals("tool");
  }

  private static String ofThree(String effort) {
    return switch (effort) {
      case "max", "xhigh", "high" -> "high";
      case "low", "minimal" -> "low";
      default -> "medium";
    };
  }
}
