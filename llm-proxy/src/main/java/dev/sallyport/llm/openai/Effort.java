package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;

/** Efforts of reasoning for budgets of tokens. */
final class Effort {
  private static final int LOW = 4_096;
  private static final int MEDIUM = 16_384;

  private Effort() {}

  /** The effort that comes nearest to a budget. */
  static String near(JsonNode tokens) {
    if (tokens.asLong() < LOW) {
      return "low";
    }
    return tokens.asLong() < MEDIUM ? "medium" : "high";
  }
}
