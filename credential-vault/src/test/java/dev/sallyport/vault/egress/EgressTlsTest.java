package dev.sallyport.vault.egress;

import static dev.sallyport.vault.egress.Clients.SOON;
import static dev.sallyport.vault.egress.Clients.failure;
import static dev.sallyport.vault.egress.Clients.get;
import static dev.sallyport.vault.egress.Clients.post;
import static dev.sallyport.vault.egress.Clients.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.vault.egress.EgressException.Reason;
import dev.sallyport.vault.testing.TestingAuthority;
import dev.sallyport.vault.testing.TestingUpstream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EgressTlsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final TestingAuthority authority = new TestingAuthority(InstantSource.system().instant());

  @TempDir private Path directory;
  private PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());

  @BeforeEach
  void trustTheAuthority() throws Exception {
    client.close();
    client = trusting(authority.writeTo(directory.resolve("ca.pem")));
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static PooledEgressClient trusting(Path certificates) {
    return new PooledEgressClient(
        new EgressConfig(
            Duration.ofSeconds(5), 8, Duration.ofSeconds(30), true, Optional.of(certificates)));
  }

  private static TestingUpstream.Script answering(String raw) {
    return peer -> {
      while (peer.receive().isPresent()) {
        peer.send(raw);
      }
    };
  }

  @Test
  void talksToAnUpstreamWhoseCertificateHolds() throws Exception {
    try (var upstream = TestingUpstream.scripted(authority.server("127.0.0.1"), answering(OK))) {
      for (int i = 0; i < 5; i++) {
        assertThat(said(client, post(upstream.uri("/"), "x".repeat(i * 50_000))))
            .isEqualTo("200 ok");
      }
      assertThat(upstream.connections()).isEqualTo(1);
      assertThat(upstream.lastRequest().body()).hasSize(200_000);
    }
  }

  @Test
  void readsChunksOverTls() throws Exception {
    var raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    try (var upstream = TestingUpstream.scripted(authority.server("localhost"), answering(raw))) {
      var named = URI.create(upstream.uri("/").toString().replace("127.0.0.1", "localhost"));
      assertThat(said(client, get(named))).isEqualTo("200 ok");
      assertThat(said(client, get(named))).isEqualTo("200 ok");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void refusesACertificateForAnotherName() throws Exception {
    try (var upstream = TestingUpstream.scripted(authority.server("example.com"), answering(OK))) {
      assertThat(failure(client, get(upstream.uri("/")))).contains(Reason.TLS);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void refusesACertificateThatEnded() throws Exception {
    var past = InstantSource.system().instant().minus(Duration.ofDays(2));
    try (var upstream =
        TestingUpstream.scripted(authority.server("127.0.0.1", past), answering(OK))) {
      assertThat(failure(client, get(upstream.uri("/")))).contains(Reason.TLS);
    }
  }

  @Test
  void refusesACertificateOfAnAuthorityItDoesNotTrust() throws Exception {
    try (var upstream = TestingUpstream.scripted(authority.server("127.0.0.1"), answering(OK));
        var other = new PooledEgressClient(EgressConfig.defaults())) {
      assertThat(failure(other, get(upstream.uri("/")))).contains(Reason.TLS);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void refusesAnUpstreamThatSpeaksNoTls() throws Exception {
    try (var upstream = TestingUpstream.scripted(peer -> peer.send("HTTP/1.1 200 OK\r\n\r\n"))) {
      var secure = URI.create(upstream.uri("/").toString().replace("http:", "https:"));
      assertThat(failure(client, get(secure))).contains(Reason.TLS);
    }
  }

  @Test
  void endsWaitingForASilentUpstreamOverTls() throws Exception {
    try (var upstream =
        TestingUpstream.scripted(
            authority.server("127.0.0.1"),
            peer -> {
              peer.receive();
              peer.awaitClose();
            })) {
      assertThat(failure(client, get(upstream.uri("/"), SOON))).contains(Reason.TIMEOUT);
    }
  }

  @Test
  void noticesThatAKeptTlsConnectionWasClosed() throws Exception {
    var closed = new CountDownLatch(1);
    try (var upstream =
        TestingUpstream.scripted(
            authority.server("127.0.0.1"),
            peer -> {
              peer.receive();
              peer.send(OK);
              peer.halfClose();
              closed.countDown();
              peer.awaitClose();
            })) {
      assertThat(said(client, post(upstream.uri("/"), "x"))).isEqualTo("200 ok");
      closed.await();
      assertThat(said(client, post(upstream.uri("/"), "x"))).isEqualTo("200 ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  @Test
  void saysWhichFileOfCertificatesCannotBeRead() throws Exception {
    var file = Files.writeString(directory.resolve("broken.pem"), "no certificate");
    for (var broken : new Path[] {file, directory.resolve("missing.pem")}) {
      assertThatThrownBy(() -> trusting(broken))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(broken.toString());
    }
  }
}
