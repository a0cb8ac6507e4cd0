package dev.sallyport.llm.gemini;

import dev.sallyport.llm.spi.CannotCarryException;
import java.nio.charset.StandardCharsets;

/** Names as they stand in the path of a URL, each as one segment that leads nowhere else. */
final class ModelPath {
  private static final String PLAIN = "-._~@";

  private ModelPath() {}

  /**
   * One segment.
   *
   * @throws CannotCarryException if the name cannot be one
   */
  static String segment(String name) throws CannotCarryException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new CannotCarryException("The deployment's name of the model cannot stand in a URL.");
    }
    var segment = new StringBuilder(name.length());
    for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (one & 0xFF);
      if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || PLAIN.indexOf(c) >= 0) {
        segment.append(c);
      } else {
        segment.append('%').append("%02X".formatted((int) c));
      }
    }
    return segment.toString();
  }

  /** The verb that asks for an answer, and how it is wanted. */
  static String verb(boolean streamed) {
    return streamed ? ":streamGenerateContent?alt=sse" : ":generateContent";
  }
}
