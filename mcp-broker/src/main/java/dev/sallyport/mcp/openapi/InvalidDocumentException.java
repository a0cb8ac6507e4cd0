package dev.sallyport.mcp.openapi;

/** A document from which no server can be made. Its message says where, and what to do. */
public final class InvalidDocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String pointer;

  /**
   * A mistake in a document.
   *
   * @param pointer where in it, as a JSON pointer; empty for the whole
   * @param problem what is wrong and how to mend it
   */
  InvalidDocumentException(String pointer, String problem) {
    super(problem, null, false, false);
    this.pointer = pointer;
  }

  /** Where in the document, as a JSON pointer; empty for the whole. */
  public String pointer() {
    return pointer;
  }

  /** What is wrong and how to mend it. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
