package dev.sallyport.vault.egress;

import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressException.Reason;
import dev.sallyport.vault.testing.TestingUpstream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Requests and answers in few words. */
final class Clients {
  static final Duration SOON = Duration.ofMillis(300);
  static final Duration LATE = Duration.ofSeconds(60);
  static final long MAX = 1 << 20;

  private Clients() {}

  static EgressRequest get(URI uri) {
    return EgressRequest.get(uri, List.of(), LATE, MAX);
  }

  static EgressRequest get(URI uri, Duration idleTimeout) {
    return EgressRequest.get(uri, List.of(), idleTimeout, MAX);
  }

  static EgressRequest post(URI uri, String body) {
    return EgressRequest.post(uri, List.of(), body.getBytes(StandardCharsets.UTF_8), LATE, MAX);
  }

  /** The status and the whole body, such as {@code 200 hello}. */
  static String said(EgressClient client, EgressRequest request) throws Exception {
    try (var response = client.send(request, Lent.nothing())) {
      return response.status()
          + " "
          + new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Why a request, or the reading of its answer, failed; empty if it did not. */
  static Optional<Reason> failure(EgressClient client, EgressRequest request) throws Exception {
    try {
      said(client, request);
      return Optional.empty();
    } catch (EgressException e) {
      return Optional.of(e.reason());
    }
  }

  /** What becomes of a raw answer after which the upstream waits. */
  static String outcome(EgressClient client, byte[] raw) throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          peer.send(raw);
          peer.awaitClose();
        })) {
      return said(client, get(upstream.uri("/")));
    } catch (EgressException e) {
      return e.reason().name();
    }
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
