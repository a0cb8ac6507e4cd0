package dev.sallyport.it;

import dev.sallyport.gateway.demo.peer.ScriptedModel;
import dev.sallyport.vault.testing.Received;
import dev.sallyport.vault.testing.TestingUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/** The model that obeys whatever it reads, with somebody who writes down what it is sent. */
final class ListeningModel implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ScriptedModel model;
  private final TestingUpstream door;

  ListeningModel(String key) {
    model = new ScriptedModel(0, key, InstantSource.system());
    door = TestingUpstream.answering(this::forward);
  }

  /** What a provider's base URL is. */
  URI uri() {
    return door.uri("/v1");
  }

  /** Every byte that reached the model, headers and all. */
  String heard() {
    var all = new StringBuilder();
    door.requests().forEach(request -> all.append(request.raw()).append('\n'));
    return all.toString();
  }

  private byte[] forward(Received request) {
    var forwarded =
        HttpRequest.newBuilder(model.uri().resolve("/v1/chat/completions"))
            .timeout(TIMEOUT)
            .header("Authorization", request.header("Authorization").orElse(""))
            .header("Content-Type", request.header("Content-Type").orElse(""))
            .POST(BodyPublishers.ofString(request.body()))
            .build();
    try {
      var answer = http.send(forwarded, BodyHandlers.ofString(StandardCharsets.UTF_8));
      var type = answer.headers().firstValue("Content-Type").orElse("application/json");
      return TestingUpstream.answer(answer.statusCode(), type, answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    door.close();
    model.close();
    http.close();
  }
}
