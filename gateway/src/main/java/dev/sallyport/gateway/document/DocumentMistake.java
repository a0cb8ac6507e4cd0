package dev.sallyport.gateway.document;

/**
 * One thing wrong with a document.
 *
 * @param line counted from 1
 * @param pointer a JSON pointer; empty for the whole document
 * @param problem what is wrong and how to mend it
 */
public record DocumentMistake(String source, int line, String pointer, String problem) {
  @Override
  public String toString() {
    return source + ":" + line + ": " + (pointer.isEmpty() ? "" : pointer + ": ") + problem;
  }
}
