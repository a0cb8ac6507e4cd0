package dev.sallyport.llm.anthropic;

import java.util.regex.Pattern;

/**
 * How much Claude can be told to think, wherever it is served. Source: Anthropic's guides to
 * extended and adaptive thinking.
 */
public final class ClaudeThinking {
  /** The fewest tokens that a budget may have. */
  public static final int LEAST_BUDGET = 1_024;

  /** The version in a model's name, such as {@code claude-opus-4-6}. */
  private static final Pattern VERSION =
      Pattern.compile("claude-[a-z]+-(\\d{1,2})(?:[-.](\\d{1,2}))?(?!\\d)");

  private ClaudeThinking() {}

  /** Whether the model's name says that it chooses by itself how much it thinks. */
  public static boolean choosesByItself(String model) {
    var version = VERSION.matcher(model);
    if (!version.find()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
    return major > 4 || (major == 4 && minor >= 6);
  }

  /** The word for an effort that a model which chooses by itself takes. */
  public static String effort(String effort) {
    return effort.equals("minimal") ? "low" : effort;
  }

  /** How much of an answer's tokens goes to thoughts of an effort. */
  public static int percent(String effort) {
    return switch (effort) {
      case "max", "xhigh" -> 95;
      case "high" -> 80;
      case "low" -> 20;
      case "minimal" -> 10;
      default -> 50;
    };
  }
}
