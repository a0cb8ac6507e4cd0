package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Streamable HTTP as a client speaks it, with nothing added but a token and the session. */
final class WireTransport implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long LONGEST_SILENCE_SECONDS = 20;
  private static final String SESSION = "Mcp-Session-Id";
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI server;
  private final String token;
  private volatile String session = "";

  WireTransport(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  /** Posts a message that has no answer. */
  void post(Map<String, String> headers, JsonNode message) {
    post(headers, message, _ -> {});
  }

  /**
   * Posts a message.
   *
   * @param listener gets what comes, each as it comes
   * @return the status
   */
  int post(Map<String, String> headers, JsonNode message, Consumer<JsonNode> listener) {
    var answer = send(request(headers).POST(BodyPublishers.ofString(message.toString())).build());
    answer.headers().firstValue(SESSION).ifPresent(id -> session = id);
    try (var body = answer.body()) {
      read(answer, body, listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer.statusCode();
  }

  /**
   * Posts a message whose answer is a stream that stays open; waits for the first that it brings.
   */
  Stream open(int count, Map<String, String> headers, JsonNode message) {
    var posted = request(headers).POST(BodyPublishers.ofString(message.toString())).build();
    var stream = new Stream(message.path("method").asText(), count, send(posted));
    stream.await(1);
    return stream;
  }

  /** Opens the stream of a session. */
  Stream get(int count, Map<String, String> headers) {
    return new Stream("GET", count, send(request(headers).GET().build()));
  }

  /** Ends the session. */
  void delete() {
    send(request(Map.of()).DELETE().build());
  }

  private HttpRequest.Builder request(Map<String, String> headers) {
    var request = HttpRequest.newBuilder(server).timeout(TIMEOUT);
    headers.forEach(request::setHeader);
    if (!token.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    return session.isEmpty() ? request : request.setHeader(SESSION, session);
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void read(HttpResponse<?> answer, InputStream body, Consumer<JsonNode> listener)
      throws IOException {
    var type = answer.headers().firstValue("Content-Type").orElse("");
    if (type.startsWith("text/event-stream")) {
      var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var data = line.startsWith("data:") ? line.substring("data:".length()).strip() : "";
        if (!data.isEmpty()) {
          listener.accept(JSON.readTree(data));
        }
      }
    } else if (type.startsWith("application/json")) {
      var message = JSON.readTree(body);
      if (!message.isMissingNode()) {
        listener.accept(message);
      }
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** An answer that stays open. */
  static final class Stream {
    private final LinkedBlockingQueue<JsonNode> waiting = new LinkedBlockingQueue<>();
    private final List<JsonNode> messages = new ArrayList<>();
    private final String name;
    private final int count;
    private final HttpResponse<InputStream> answer;

    private Stream(String name, int count, HttpResponse<InputStream> answer) {
      this.name = name;
      this.count = count;
      this.answer = answer;
      Thread.ofVirtual()
          .start(() -> {
            try {
              read(answer, answer.body(), waiting::add);
            } catch (IOException _) {
              return; // it was closed
            }
          });
    }

    String name() {
      return name;
    }

    int status() {
      return answer.statusCode();
    }

    /** Waits for what is to come, and closes the stream. */
    List<JsonNode> close() {
      await(count);
      try {
        answer.body().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return messages;
    }

    /** Waits until so many messages came, or none comes. */
    private void await(int wanted) {
      try {
        while (messages.size() < wanted) {
          var next = waiting.poll(LONGEST_SILENCE_SECONDS, TimeUnit.SECONDS);
          if (next == null) {
            return;
          }
          messages.add(next);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
