package dev.sallyport.sandbox.quarantine;

/** A held text that is to be written anew, as an instruction says. */
record Rewriting(Held held, String instruction) {
  private static final int MAX_CHARS = 1_000;
  private static final int ENDINGS = 6;

  static Rewriting of(Held held, String instruction) throws UnfitQuestionException {
    if (instruction.isBlank() || instruction.length() > MAX_CHARS) {
      throw new UnfitQuestionException("instruction: 1 to 1000 characters");
    }
    if (Reference.MEANT.matcher(instruction).find()) {
      throw new UnfitQuestionException(
          "instruction: must hold no reference; put texts together with q_compose first");
    }
    return new Rewriting(held, instruction);
  }

  /** How much it tells that there is a text, or why there is none. */
  static double bits() {
    return BitBudget.choice(ENDINGS);
  }

  /** The same for the same text and instruction, given to the same model. */
  String key(String model) {
    return QuarantinePrompt.key(model, held.text(), instruction, "");
  }
}
