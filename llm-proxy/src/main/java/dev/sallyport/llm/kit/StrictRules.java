package dev.sallyport.llm.kit;

/** What OpenAI and Anthropic refuse, whoever signed the thoughts in it. */
public final class StrictRules {
  private StrictRules() {}

  /**
   * Goes on only if the provider at whose path a request came would take it.
   *
   * @throws Objection if it would not
   */
  public static void check(Received request) {
    if (request.route().endsWith("/messages")) {
      MessagesRules.check(request, Seals.ANY);
    } else {
      Objection.require(request.route().endsWith("/chat/completions"), "path");
      ChatRules.check(request, request.json(), false);
    }
  }
}
