package dev.sallyport.gateway.document;

import java.util.List;
import java.util.stream.Collectors;

/** Text that is not the documents that it should be. */
public final class InvalidDocumentsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<DocumentMistake> mistakes;

  public InvalidDocumentsException(List<DocumentMistake> mistakes) {
    super(mistakes.stream().map(DocumentMistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Every mistake found, at least one. */
  public List<DocumentMistake> mistakes() {
    return mistakes;
  }
}
