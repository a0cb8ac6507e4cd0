package dev.sallyport.llm.eventstream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The headers of one event; of those that are not text, it is only known that they are there. */
final class EventHeaders {
  private static final int BYTES = 6;
  private static final int TEXT = 7;

  private final Map<String, String> texts = new HashMap<>();

  private EventHeaders() {}

  static EventHeaders read(ByteBuffer in) throws MalformedEventException {
    var headers = new EventHeaders();
    try {
      while (in.hasRemaining()) {
        var name = text(in, in.get() & 0xff);
        headers.texts.put(name, value(in));
      }
    } catch (BufferUnderflowException _) {
      throw new MalformedEventException("headers that end too early");
    }
    return headers;
  }

  /** The value of a header of text; empty if there is none. */
  String text(String name) {
    return texts.getOrDefault(name, "");
  }

  private static String value(ByteBuffer in) throws MalformedEventException {
    int type = in.get();
    int length =
        switch (type) {
          case 0, 1 -> 0; // true and false
          case 2 -> 1;
          case 3 -> 2;
          case 4 -> 4;
          case 5, 8 -> 8; // a long, a time
          case BYTES, TEXT -> in.getShort() & 0xffff;
          case 9 -> 16; // a UUID
          default -> throw new MalformedEventException("a header of an unknown type");
        };
    var text = text(in, length);
    return type == TEXT ? text : "";
  }

  private static String text(ByteBuffer in, int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
