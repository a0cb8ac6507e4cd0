package dev.sallyport.gateway.demo;

import dev.sallyport.gateway.config.Environment;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The model behind the demo's agent.
 *
 * @param label what it is called in the story
 * @param bundled whether it is the scripted one that comes with the product
 */
record DemoModel(
    String label, String protocol, URI baseUrl, String model, String key, boolean bundled) {
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

  /** The real provider whose usual variable is set, if any. */
  static Optional<DemoModel> fromEnvironment(Environment environment) {
    return KNOWN.stream()
        .filter(known -> environment.find(known.variable()).isPresent())
        .findFirst()
        .map(known ->
            new DemoModel(
                known.label() + " " + known.model() + " (by " + known.variable() + ")",
                known.protocol(),
                URI.create(known.baseUrl()),
                known.model(),
                environment.find(known.variable()).orElse("").strip(),
                false));
  }

  @Override
  public String toString() {
    return label;
  }

  private record Known(
      String variable, String label, String protocol, String baseUrl, String model) {}
}
