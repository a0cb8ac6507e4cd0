package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.WireJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

/** Asks a fake provider over HTTP. */
final class Caller implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();

  HttpResponse<String> post(URI url, Map<String, String> headers, JsonNode body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(WireJson.bytes(body)));
    headers.forEach(request::header);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(URI url) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
  }

  static JsonNode tree(String text) {
    try {
      return WireJson.MAPPER.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  /** The data of events, but for the one that ends OpenAI's streams. */
  static List<JsonNode> events(String stream) {
    return stream
        .lines()
        .filter(line -> line.startsWith("data: ") && !line.equals("data: [DONE]"))
        .map(line -> tree(line.substring(6)))
        .toList();
  }

  @Override
  public void close() {
    client.close();
  }
}
