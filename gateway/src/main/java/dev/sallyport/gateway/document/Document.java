package dev.sallyport.gateway.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * One document as its author wrote it.
 *
 * @param source the file, or another name of where it came from
 * @param lines the line of each value, counted from 1, by JSON pointer; the root's pointer is empty
 */
public record Document(String source, JsonNode tree, Map<String, Integer> lines) {
  public Document {
    lines = Map.copyOf(lines);
  }

  /** The line of the value at a pointer, or of the nearest value around it. */
  public int line(String pointer) {
    var at = pointer;
    while (!at.isEmpty() && !lines.containsKey(at)) {
      at = at.substring(0, Math.max(at.lastIndexOf('/'), 0));
    }
    return lines.getOrDefault(at, 1);
  }

  /** A mistake in this document, with its line. */
  public DocumentMistake mistake(String pointer, String problem) {
    return new DocumentMistake(source, line(pointer), pointer, problem);
  }
}
