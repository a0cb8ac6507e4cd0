package dev.sallyport.gateway.demo;

import dev.sallyport.gateway.cli.CommandFailure;
import dev.sallyport.gateway.config.Environment;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The model behind the demo's agent.
 *
 * @param label what it is called in the story
 * @param variable the one that its key is from; empty for the scripted one of the product
 */
record DemoModel(
    String label, String protocol, URI baseUrl, String model, String key, String variable) {
  private static final List<Known> KNOWN =
      List.of(
          new Known(
              "OPENAI_API_KEY", "OpenAI", "openai", "https://api.openai.com/v1", "gpt-5-mini"),
          new Known(
              "ANTHROPIC_API_KEY",
              "Anthropic",
              "anthropic",
              "https://api.anthropic.com/v1",
              "claude-sonnet-4-5"),
          new Known(
              "OPENROUTER_API_KEY",
              "OpenRouter",
              "openai",
              "https://openrouter.ai/api/v1",
              "openai/gpt-5-mini"));

  /** The scripted one that comes with the product. */
  static DemoModel scripted(URI baseUrl, String key) {
    return new DemoModel(
        "a scripted one that comes with the product: it obeys whatever it can read",
        "openai",
        baseUrl,
        "gullible-1",
        key,
        "");
  }

  /** Whether it is the scripted one. */
  boolean bundled() {
    return variable.isEmpty();
  }

  /**
   * The real provider whose usual variable is set, if any.
   *
   * @throws CommandFailure if OPENAI_BASE_URL is no URL
   */
  static Optional<DemoModel> fromEnvironment(Environment environment) {
    return KNOWN.stream()
        .filter(known -> environment.find(known.variable()).isPresent())
        .findFirst()
        .map(known ->
            new DemoModel(
                known.label() + " " + known.model() + " (by " + known.variable() + ")",
                known.protocol(),
                baseUrl(known, environment),
                known.model(),
                environment.find(known.variable()).orElse("").strip(),
                known.variable()));
  }

  /** OpenAI's may be elsewhere, by the variable that its SDKs read. */
  private static URI baseUrl(Known known, Environment environment) {
    var named =
        known.variable().equals("OPENAI_API_KEY")
            ? environment.find("OPENAI_BASE_URL")
            : Optional.<String>empty();
    try {
      return URI.create(named.orElse(known.baseUrl()).strip());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("OPENAI_BASE_URL is no URL; mend it or unset it.", e);
    }
  }

  @Override
  public String toString() {
    return label;
  }

  private record Known(
      String variable, String label, String protocol, String baseUrl, String model) {}
}
