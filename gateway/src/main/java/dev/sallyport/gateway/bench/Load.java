package dev.sallyport.gateway.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What is asked again and again.
 *
 * @param request a whole HTTP/1.1 request
 * @param isAnswer whether a body is what the request asked for; told of some bodies only
 */
@SuppressWarnings("ArrayRecordComponent") // compared by no one
record Load(byte[] request, Predicate<String> isAnswer) {

  /** A request with a JSON body. */
  static Load post(
      String path, Map<String, String> headers, String body, Predicate<String> isAnswer) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Type: application/json\r\n");
    head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
    return new Load((head + body).getBytes(StandardCharsets.UTF_8), isAnswer);
  }
}
