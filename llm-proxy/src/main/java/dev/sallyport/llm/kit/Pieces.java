package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The pieces of an answer as they are made. For one thread. */
final class Pieces {
  private final List<byte[]> bytes = new ArrayList<>();
  private final List<Long> made = new ArrayList<>();
  private long tokens;

  /** Counts tokens that the next piece, or a later one, brings. */
  void make(long count) {
    tokens += count;
  }

  void raw(byte[] piece) {
    bytes.add(piece);
    made.add(tokens);
  }

  void text(String piece) {
    raw(piece.getBytes(StandardCharsets.UTF_8));
  }

  /** An event of a name. */
  void event(String name, JsonNode data) {
    text("event: " + name + "\ndata: " + json(data) + "\n\n");
  }

  /** An event without a name. */
  void data(JsonNode data) {
    text("data: " + json(data) + "\n\n");
  }

  Played played(String contentType, Usage usage) {
    return new Played(Script.of(200, contentType, bytes), usage, made);
  }

  Played events(Usage usage) {
    return played("text/event-stream", usage);
  }

  static Played json(JsonNode body, Usage usage) {
    return Played.whole(Script.json(200, json(body)), usage);
  }

  static String json(JsonNode tree) {
    return new String(WireJson.bytes(tree), StandardCharsets.UTF_8);
  }
}
