package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;

/** One question of one held value, with the closed form of its answer. */
record Question(Held held, String text, JsonNode schema, AnswerSchema form) {
  private static final int MAX_CHARS = 1_000;
  private static final int OTHER_ENDINGS = 5;
  private static final String EXTRACT =
      "What does the text say of each field? Copy strings exactly as they stand in the text. Null"
          + " stands for what it does not say.";

  static Question of(Held held, String text, JsonNode schema) throws UnfitQuestionException {
    if (text.isBlank() || text.length() > MAX_CHARS) {
      throw new UnfitQuestionException("question: 1 to 1000 characters");
    }
    return new Question(held, text, schema, AnswerSchemas.read(schema));
  }

  /** Asks for what a schema names to be taken out of a text. */
  static Question extracting(Held held, JsonNode schema) throws UnfitQuestionException {
    return new Question(held, EXTRACT, schema, ExtractSchemas.read(schema));
  }

  /** How much any answer tells; that there is none, and why, is one of a few. */
  double bits() {
    return AnswerSchema.orNothing(form.bits(), OTHER_ENDINGS);
  }

  /** The same for the same text, question and schema, asked of the same model. */
  String key(String model) {
    return QuarantinePrompt.key(model, held.text(), text, schema.toString());
  }
}
