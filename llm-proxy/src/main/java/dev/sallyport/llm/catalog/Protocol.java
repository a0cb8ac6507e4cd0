package dev.sallyport.llm.catalog;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The wire form that a provider speaks. */
public enum Protocol {
  OPENAI("https://api.openai.com/v1"),
  ANTHROPIC("https://api.anthropic.com/v1");

  private final URI defaultBase;

  Protocol(String defaultBase) {
    this.defaultBase = URI.create(defaultBase);
  }

  /** The name of this protocol in resources, such as {@code openai}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where its inventor serves it. */
  public URI defaultBase() {
    return defaultBase;
  }

  static Optional<Protocol> of(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }
}
