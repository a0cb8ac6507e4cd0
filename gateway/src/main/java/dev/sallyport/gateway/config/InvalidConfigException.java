package dev.sallyport.gateway.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that a gateway cannot start with. */
public final class InvalidConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigMistake> mistakes;

  public InvalidConfigException(List<ConfigMistake> mistakes) {
    super(mistakes.stream().map(ConfigMistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Every mistake found, at least one. */
  public List<ConfigMistake> mistakes() {
    return mistakes;
  }
}
