package dev.sallyport.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.testing.TestingServer;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveBodyTest {
  private static final int ANSWERS = 60;
  private static final LiveBody.Form FORM =
      new LiveBody.Form("text/plain", new byte[] {'.'}, false);

  private final AtomicInteger givenUp = new AtomicInteger();

  /** However often a sign of life is due just when the answer ends. */
  @Test
  void endsEveryAnswerWithItsLastByte() throws Exception {
    try (var server =
            new TestingServer(routing -> routing.post("/", (_, response) -> answer(response)));
        var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < ANSWERS; i++) {
        var request = HttpRequest.newBuilder(server.uri("/")).POST(noBody()).build();
        var answer = client.send(request, BodyHandlers.ofString());

        assertThat(answer.body()).endsWith("the end");
      }
    }
    assertThat(givenUp).hasValue(0);
  }

  private void answer(ServerResponse response) throws IOException {
    var cancellation = new Cancellation();
    try (var body = new LiveBody(response, FORM, Duration.ofNanos(1), cancellation)) {
      body.live();
      for (int i = 0; i < 20; i++) {
        body.write(new byte[] {'x'});
      }
      body.finish("the end".getBytes(StandardCharsets.US_ASCII));
    }
    if (cancellation.isCancelled()) {
      givenUp.incrementAndGet();
    }
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }
}
