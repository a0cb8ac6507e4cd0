package dev.sallyport.llm.catalog;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The wire form that a provider speaks. */
public enum Protocol {
  OPENAI("https://api.openai.com/v1"),
  AZURE_OPENAI(""),
  ANTHROPIC("https://api.anthropic.com/v1"),
  GEMINI("https://generativelanguage.googleapis.com/v1beta"),
  VERTEX("https://{region}-aiplatform.googleapis.com/v1"),
  BEDROCK("https://bedrock-runtime.{region}.amazonaws.com"),
  OPENROUTER("https://openrouter.ai/api/v1");

  private static final String REGION = "{region}";

  /** Those of Vertex AI that are wider than a region. */
  private static final Map<String, String> WIDE =
      Map.of(
          "global", "https://aiplatform.googleapis.com/v1",
          "us", "https://aiplatform.us.rep.googleapis.com/v1",
          "eu", "https://aiplatform.eu.rep.googleapis.com/v1");

  private final String label;
  private final String defaultBase;

  Protocol(String defaultBase) {
    this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.defaultBase = defaultBase;
  }

  /** The name of this protocol in resources, such as {@code openai}. */
  public String label() {
    return label;
  }

  /** Where its inventor serves it; empty where everybody has a place of their own. */
  Optional<URI> defaultBase(Optional<String> region) {
    var wide = this == VERTEX ? WIDE.get(region.orElse("")) : null;
    if (wide != null) {
      return Optional.of(URI.create(wide));
    }
    if (defaultBase.isEmpty() || (defaultBase.contains(REGION) && region.isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(URI.create(defaultBase.replace(REGION, region.orElse(""))));
  }

  /** The names of all, for those who wrote another. */
  static String labels() {
    return Arrays.stream(values()).map(Protocol::label).collect(Collectors.joining(", "));
  }

  static Optional<Protocol> of(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }
}
