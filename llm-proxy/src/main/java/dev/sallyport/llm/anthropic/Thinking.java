package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ThinkingWish;
import java.util.List;
import java.util.Set;

/**
 * How much a model is to think, from chat's words to Anthropic's: by effort where the model's name
 * says that it chooses by itself how much it thinks, and by a budget of tokens elsewhere. Source:
 * Anthropic's guides to extended and adaptive thinking.
 */
final class Thinking {
  private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");

  private final ObjectNode chat;
  private final ThinkingWish wish;
  private final String model;
  private final Set<String> dropped;

  Thinking(ObjectNode chat, String model, Set<String> dropped) {
    this.chat = chat;
    this.wish = ThinkingWish.of(chat);
    this.model = model;
    this.dropped = dropped;
  }

  /** Sets it in a request of which all else is set. */
  void put(ObjectNode out) {
    if (wish.off()) {
      out.putObject("thinking").put("type", "disabled");
      return;
    }
    if (wish.isSilent()) {
      return;
    }
    if (isForced(out.path("tool_choice"))) {
      dropped.add(wish.parameter()); // a model that must call a tool cannot think
      return;
    }
    if (wish.budget() <= 0 && ClaudeThinking.choosesByItself(model)) {
      adaptive(out);
    } else if (!budgeted(out, wish.budget() > 0 ? wish.budget() : share(out))) {
      return;
    }
    display(out, chat.path("reasoning"));
    SAMPLING.forEach(field -> leaveOut(out, field));
  }

  private void adaptive(ObjectNode out) {
    out.putObject("thinking").put("type", "adaptive");
    if (!wish.effort().isEmpty()) {
      out.withObjectProperty("output_config").put("effort", ClaudeThinking.effort(wish.effort()));
    }
  }

  /** A budget is of at least so many tokens, and leaves some of the answer's for the answer. */
  private boolean budgeted(ObjectNode out, long wanted) {
    long most = out.path("max_tokens").asLong() - 1;
    if (most < ClaudeThinking.LEAST_BUDGET || actsWithoutThought(out.path("messages"))) {
      dropped.add(wish.parameter());
      return false;
    }
    long budget = Math.clamp(wanted, ClaudeThinking.LEAST_BUDGET, most);
    out.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    return true;
  }

  private long share(ObjectNode out) {
    return out.path("max_tokens").asLong() * ClaudeThinking.percent(wish.effort()) / 100;
  }

  private static void display(ObjectNode out, JsonNode asked) {
    if (asked.path("exclude").booleanValue()) {
      out.withObjectProperty("thinking").put("display", "omitted");
    } else if (out.path("thinking").path("type").asText().equals("adaptive")) {
      out.withObjectProperty("thinking").put("display", "summarized");
    }
  }

  /** Whether the model called tools in the turn that goes on, and its thoughts are not there. */
  private static boolean actsWithoutThought(JsonNode messages) {
    var last = messages.path(messages.size() - 1);
    var before = messages.path(messages.size() - 2).path("content");
    return last.path("content").path(0).path("type").asText().equals("tool_result")
        && !before.path(0).path("type").asText().endsWith("thinking");
  }

  private static boolean isForced(JsonNode choice) {
    var type = choice.path("type").asText();
    return type.equals("any") || type.equals("tool");
  }

  private void leaveOut(ObjectNode out, String field) {
    var given = out.remove(field);
    if (given != null && !(field.equals("temperature") && given.asDouble() == 1)) {
      dropped.add(field);
    }
  }
}
