package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;

/**
 * How much a model is to think: a budget of tokens for Gemini 2.5, a level for Gemini 3. The words
 * for effort mean what they mean at Google's own endpoint in OpenAI's form.
 */
final class Thinking {
  private static final String BUDGET = "thinkingBudget";
  private static final String LEVEL = "thinkingLevel";
  private static final int DYNAMIC = -1;
  private static final int LEAST_OF_PRO = 128;
  private static final int LEAST_OF_LITE = 512;
  private static final int MOST = 24_576;
  private static final int MOST_OF_PRO = 32_768;
  private static final int FIRST_PRO_WITH_MEDIUM = 31;

  private final JsonNode reasoning;
  private final GeminiModel model;
  private final Set<String> dropped;
  private final String name;
  private final String effort;
  private final ObjectNode config = JsonNodeFactory.instance.objectNode();

  private Thinking(ObjectNode chat, GeminiModel model, Set<String> dropped) {
    this.reasoning = chat.path("reasoning");
    this.model = model;
    this.dropped = dropped;
    this.name = reasoning.isObject() && !reasoning.isEmpty() ? "reasoning" : "reasoning_effort";
    this.effort =
        reasoning.path("effort").isTextual()
            ? reasoning.path("effort").textValue()
            : chat.path("reasoning_effort").isTextual()
                ? chat.path("reasoning_effort").textValue()
                : "";
  }

  /**
   * The thinkingConfig that a chat request wants; empty if it says nothing, or the model does not
   * think.
   */
  static Optional<ObjectNode> config(ObjectNode chat, GeminiModel model, Set<String> dropped) {
    var thinking = new Thinking(chat, model, dropped);
    if (!model.thinks()) {
      if (!thinking.off() && thinking.asked()) {
        dropped.add(thinking.name);
      }
      return Optional.empty();
    }
    thinking.encode();
    return Optional.of(thinking.config).filter(config -> !config.isEmpty());
  }

  private boolean off() {
    return effort.equals("none")
        || (reasoning.path("enabled").isBoolean() && !reasoning.path("enabled").booleanValue());
  }

  private boolean asked() {
    return !effort.isEmpty()
        || reasoning.path("max_tokens").isNumber()
        || reasoning.path("enabled").booleanValue();
  }

  private void encode() {
    if (off()) {
      switchOff();
      return;
    }
    if (!reasoning.path("exclude").booleanValue()) {
      config.put("includeThoughts", true);
    }
    if (reasoning.path("max_tokens").canConvertToInt()) {
      config.put(BUDGET, budget(reasoning.path("max_tokens").intValue()));
    } else if (!effort.isEmpty()) {
      effort();
    } else if (reasoning.path("enabled").booleanValue() && !model.third()) {
      config.put(BUDGET, DYNAMIC);
    }
  }

  /** As far as the model can do without: what cannot, thinks as little as it may. */
  private void switchOff() {
    if (model.third()) {
      config.put(LEVEL, model.pro() ? "LOW" : "MINIMAL");
      dropped.add(name);
    } else if (model.pro()) {
      config.put(BUDGET, LEAST_OF_PRO);
      dropped.add(name);
    } else {
      config.put(BUDGET, 0);
    }
  }

  private void effort() {
    if (model.third()) {
      switch (effort) {
        case "minimal" -> config.put(LEVEL, model.pro() ? "LOW" : "MINIMAL");
        case "low" -> config.put(LEVEL, "LOW");
        case "medium" -> config.put(LEVEL, hasMedium() ? "MEDIUM" : "HIGH");
        case "high", "xhigh", "max" -> config.put(LEVEL, "HIGH");
        default -> dropped.add(name);
      }
      return;
    }
    switch (effort) {
      case "minimal", "low" -> config.put(BUDGET, budget(1_024));
      case "medium" -> config.put(BUDGET, budget(8_192));
      case "high" -> config.put(BUDGET, budget(24_576));
      case "xhigh", "max" -> config.put(BUDGET, budget(Integer.MAX_VALUE));
      default -> dropped.add(name);
    }
  }

  private boolean hasMedium() {
    return !model.pro() || model.generation() >= FIRST_PRO_WITH_MEDIUM;
  }

  private int budget(int wanted) {
    int least = model.lite() ? LEAST_OF_LITE : 1;
    return model.pro()
        ? Math.clamp(wanted, LEAST_OF_PRO, MOST_OF_PRO)
        : Math.clamp(wanted, least, MOST);
  }
}
