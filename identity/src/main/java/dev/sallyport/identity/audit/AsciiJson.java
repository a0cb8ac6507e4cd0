package dev.sallyport.identity.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes compact JSON of ASCII characters alone into memory: to the letter what Jackson writes that
 * escapes all others. It trusts its caller to end what it begins, and that words, such as the names
 * of fields and digests, hold nothing that would have to be escaped. Not thread-safe.
 */
final class AsciiJson {
  private static final int USUAL_BYTES = 1_024;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final ObjectMapper MAPPER =
      new ObjectMapper(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

  private byte[] bytes = new byte[USUAL_BYTES];
  private int used;

  /** How a tree is written. */
  static byte[] of(JsonNode tree) {
    var json = new AsciiJson();
    json.value(tree);
    return json.written();
  }

  /** All that was written. */
  byte[] written() {
    return Arrays.copyOf(bytes, used);
  }

  /** How many bytes were written. */
  int length() {
    return used;
  }

  /** Takes back what was written after so many bytes. */
  void cutTo(int length) {
    used = length;
  }

  void beginObject() {
    begin('{');
  }

  void beginObject(String name) {
    name(name);
    beginObject();
  }

  void endObject() {
    put('}');
  }

  void beginArray(String name) {
    name(name);
    beginArray();
  }

  void endArray() {
    put(']');
  }

  /** The name of the field whose value is next: a word. */
  void name(String name) {
    separate();
    word(name);
    put(':');
  }

  /** A field whose value is a word. */
  void word(String name, String word) {
    name(name);
    word(word);
  }

  void field(String name, String value) {
    name(name);
    value(value);
  }

  void field(String name, long value) {
    name(name);
    value(value);
  }

  void field(String name, boolean value) {
    name(name);
    value(value);
  }

  void value(String value) {
    separate();
    put('"');
    int plain = plain(value);
    for (int i = plain; i < value.length(); i++) {
      escaped(value.charAt(i));
    }
    put('"');
  }

  /** Writes a text of which each character stands for itself; nobody looks whether they do. */
  private void word(String word) {
    put('"');
    ascii(word);
    put('"');
  }

  /** Writes the first characters of a text, as far as each stands for itself. */
  private int plain(String text) {
    int length = text.length();
    room(length);
    var to = bytes;
    int begin = used;
    int i = 0;
    while (i < length && isPlain(text.charAt(i))) {
      to[begin + i] = (byte) text.charAt(i);
      i++;
    }
    used = begin + i;
    return i;
  }

  void value(long value) {
    separate();
    ascii(Long.toString(value));
  }

  void value(boolean value) {
    separate();
    ascii(Boolean.toString(value));
  }

  void value(JsonNode tree) {
    switch (tree.getNodeType()) {
      case OBJECT -> {
        beginObject();
        for (var field : tree.properties()) {
          value(field.getKey());
          put(':');
          value(field.getValue());
        }
        endObject();
      }
      case ARRAY -> {
        beginArray();
        for (var element : tree) {
          value(element);
        }
        endArray();
      }
      case STRING -> value(tree.textValue());
      case BOOLEAN -> value(tree.booleanValue());
      case NUMBER, NULL, BINARY, MISSING, POJO -> {
        if (tree.isInt() || tree.isLong()) {
          value(tree.longValue());
        } else {
          separate();
          ascii(byJackson(tree));
        }
      }
    }
  }

  /** JSON that is of ASCII characters alone. */
  void raw(byte[] json) {
    separate();
    room(json.length);
    System.arraycopy(json, 0, bytes, used, json.length);
    used += json.length;
  }

  private static String byJackson(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void beginArray() {
    begin('[');
  }

  private void begin(char bracket) {
    separate();
    put(bracket);
  }

  /** A comma, unless this is the first of what was begun or the value of a field. */
  private void separate() {
    if (used > 0) {
      byte last = bytes[used - 1];
      if (last != '{' && last != '[' && last != ':') {
        put(',');
      }
    }
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c <= 0x7f && c != '"' && c != '\\';
  }

  private void escaped(char c) {
    switch (c) {
      case '"' -> ascii("\\\"");
      case '\\' -> ascii("\\\\");
      case '\b' -> ascii("\\b");
      case '\t' -> ascii("\\t");
      case '\n' -> ascii("\\n");
      case '\f' -> ascii("\\f");
      case '\r' -> ascii("\\r");
      default -> {
        if (isPlain(c)) {
          put(c);
        } else {
          ascii("\\u");
          ascii(HEX.toHexDigits(c));
        }
      }
    }
  }

  @SuppressWarnings("deprecation") // does just what is meant here, without a copy
  private void ascii(String text) {
    int length = text.length();
    room(length);
    text.getBytes(0, length, bytes, used);
    used += length;
  }

  private void put(char c) {
    room(1);
    bytes[used++] = (byte) c;
  }

  private void room(int more) {
    if (used + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + more));
    }
  }
}
