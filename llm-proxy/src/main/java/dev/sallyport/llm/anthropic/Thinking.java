package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How much a model is to think, from chat's words to Anthropic's: by effort where the model's name
 * says that it chooses by itself how much it thinks, and by a budget of tokens elsewhere. Source:
 * Anthropic's guides to extended and adaptive thinking.
 */
final class Thinking {
  private static final int LEAST_BUDGET = 1_024;
  private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");

  /** The version in a model's name, such as {@code claude-opus-4-6}. */
  private static final Pattern VERSION =
      Pattern.compile("claude-[a-z]+-(\\d{1,2})(?:[-.](\\d{1,2}))?(?!\\d)");

  private final ObjectNode chat;
  private final String model;
  private final Dropped dropped;

  Thinking(ObjectNode chat, String model, Dropped dropped) {
    this.chat = chat;
    this.model = model;
    this.dropped = dropped;
  }

  /** Sets it in a request of which all else is set. */
  void put(ObjectNode out) {
    var asked = chat.path("reasoning");
    var effort = asked.path("effort").asText(chat.path("reasoning_effort").asText(""));
    if (effort.equals("none") || isFalse(asked.path("enabled"))) {
      out.putObject("thinking").put("type", "disabled");
      return;
    }
    long budget = asked.path("max_tokens").asLong(0);
    if (effort.isEmpty() && budget <= 0 && !asked.path("enabled").booleanValue()) {
      return;
    }
    if (isForced(out.path("tool_choice"))) {
      dropped.add(name()); // a model that must call a tool cannot think
      return;
    }
    if (budget <= 0 && choosesByItself(model)) {
      adaptive(out, effort);
    } else if (!budgeted(out, budget > 0 ? budget : share(out, effort))) {
      return;
    }
    display(out, asked);
    SAMPLING.forEach(field -> leaveOut(out, field));
  }

  private void adaptive(ObjectNode out, String effort) {
    out.putObject("thinking").put("type", "adaptive");
    if (!effort.isEmpty()) {
      out.withObjectProperty("output_config")
          .put("effort", effort.equals("minimal") ? "low" : effort);
    }
  }

  /** A budget is of at least so many tokens, and leaves some of the answer's for the answer. */
  private boolean budgeted(ObjectNode out, long wanted) {
    long most = out.path("max_tokens").asLong() - 1;
    if (most < LEAST_BUDGET || actsWithoutThought(out.path("messages"))) {
      dropped.add(name());
      return false;
    }
    long budget = Math.clamp(wanted, LEAST_BUDGET, most);
    out.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    return true;
  }

  private static long share(ObjectNode out, String effort) {
    int percent =
        switch (effort) {
          case "max", "xhigh" -> 95;
          case "high" -> 80;
          case "low" -> 20;
          case "minimal" -> 10;
          default -> 50;
        };
    return out.path("max_tokens").asLong() * percent / 100;
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

  static boolean choosesByItself(String model) {
    var version = VERSION.matcher(model);
    if (!version.find()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
    return major > 4 || (major == 4 && minor >= 6);
  }

  private String name() {
    return chat.path("reasoning").isObject() ? "reasoning" : "reasoning_effort";
  }

  private static boolean isFalse(JsonNode flag) {
    return flag.isBoolean() && !flag.booleanValue();
  }
}
