package dev.sallyport.identity.resource;

import java.util.List;
import java.util.stream.Collectors;

/** Resources that do not hold together; nothing of the change took effect. */
public final class InvalidResourcesException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  public InvalidResourcesException(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("; ")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Every mistake found, at least one. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
