package dev.sallyport.gateway.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What an upstream of a benchmark answers. */
@FunctionalInterface
interface Answers {
  /** The whole answer to a request. */
  ByteBuffer answer(HttpMessage request);

  /** The upstream that a benchmark is measured with. */
  static Answers of(String bench) {
    return switch (bench) {
      case ChatBench.NAME -> new ChatAnswers();
      case McpBench.NAME -> new McpAnswers(0);
      case McpAnswers.CROWDED -> new McpAnswers(McpAnswers.CROWD);
      default -> throw new IllegalArgumentException("no upstream for " + bench);
    };
  }

  /** An answer of JSON. */
  static ByteBuffer json(int status, String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var head =
        "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, status < 300 ? "OK" : "Refused", bytes.length);
    return ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8));
  }
}
