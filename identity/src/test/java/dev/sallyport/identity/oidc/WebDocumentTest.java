package dev.sallyport.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sallyport.identity.testing.TestingServer;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebDocumentTest {
  private final AtomicInteger asked = new AtomicInteger();
  private final TestingServer server =
      new TestingServer(routing ->
          routing.get(
              "/*",
              (_, response) -> {
                asked.incrementAndGet();
                response.send("here");
              }));

  @AfterEach
  void stop() {
    server.close();
  }

  /** ID-28: an issuer elsewhere leads to nothing on this machine. */
  @Test
  void isFetchedFromThisMachineForADocumentOfThisMachineOnly() throws Exception {
    var address = server.uri("/keys").toString();
    try (var led = new WebDocument("jwks_uri", address, URI.create("http://localhost/metadata"));
        var misled = new WebDocument("jwks_uri", address, URI.create("https://192.0.2.1/"))) {
      assertThat(led.fetch()).asString().isEqualTo("here");
      assertThatIOException()
          .isThrownBy(misled::fetch)
          .withMessage("leads to an address that no request may go to");
    }
    assertThat(asked).hasValue(1);
  }
}
