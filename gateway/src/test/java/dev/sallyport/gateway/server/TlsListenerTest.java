package dev.sallyport.gateway.server;

import static dev.sallyport.gateway.server.TlsScene.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TlsClient;
import dev.sallyport.gateway.testing.TlsClient.Answer;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingWorkloadApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the gateway speaks TLS, and what becomes of connections that last. */
class TlsListenerTest {
  private static final String ID = "spiffe://prod/agent/ci";

  @TempDir private Path folder;

  /** ID-30: a client that offers this version at most is told that it is too old. */
  @ParameterizedTest
  @CsvSource({"0302, TLS 1.1", "0303, TLS 1.2"})
  void refusesAnOldVersion(String version, String name) throws IOException {
    try (var scene = new TlsScene(folder, Map.of())) {
      var answer = exchange(scene, HexFormat.of().parseHex(hello(version)));

      assertThat(answer).as(name).startsWith(0x15, 0x03).endsWith(0x02, 0x46);
      isOnRecord(scene, "tls_handshake");
    }
  }

  /** ID-30. */
  @Test
  void refusesAClientThatSpeaksTls12Only() throws IOException {
    try (var scene = new TlsScene(folder, Map.of())) {
      assertThatThrownBy(() -> scene.agent("/agent/ci").connect(scene.address(), "TLSv1.2"))
          .isInstanceOf(SSLHandshakeException.class);
      isOnRecord(scene, "tls_handshake");
      try (var connection = scene.agent("/agent/ci").connect(scene.address(), "TLSv1.3")) {
        assertThat(connection.ask(REQUEST).status()).isEqualTo(404);
      }
    }
  }

  @Test
  void answersNothingToWhatIsNoTls() throws IOException {
    try (var scene = new TlsScene(folder, Map.of())) {
      var answer =
          exchange(scene, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1");
      isOnRecord(scene, "tls_handshake");
    }
  }

  /** ID-31: a connection that is kept, and one that resumes its session, past the certificate. */
  @Test
  void refusesACertificateThatEndedWhileItsConnectionLived() throws IOException {
    try (var scene = new TlsScene(folder, Map.of())) {
      var agent =
          TlsClient.showing(scene.prod.certify(ID, scene.now(), scene.now().plusSeconds(60)));
      long begun;
      try (var kept = agent.connect(scene.address())) {
        begun = kept.sessionBegun();
        isLetIn(scene, kept.ask(REQUEST));
        scene.advance(Duration.ofSeconds(59));
        isLetIn(scene, kept.ask(REQUEST));
        scene.advance(Duration.ofSeconds(1));

        isRefused(scene, kept.ask(REQUEST), "certificate_expired");
      }
      try (var resumed = agent.connect(scene.address())) {
        assertThat(resumed.sessionBegun()).isEqualTo(begun);
        isRefused(scene, resumed.ask(REQUEST), "certificate_expired");
      }
    }
  }

  /** ID-26, ID-31: a certificate that was verified a moment ago, on a connection that lives. */
  @Test
  void refusesAnAuthorityThatWasTakenOutAtOnce() throws IOException {
    try (var scene = new TlsScene(folder, Map.of());
        var kept = scene.agent("/agent/ci").connect(scene.address())) {
      isLetIn(scene, kept.ask(REQUEST));
      var next = TestingAuthority.of("prod", scene.now());
      scene.trust("prod", scene.prod, next);
      isLetIn(scene, kept.ask(REQUEST));
      scene.trust("prod", next);

      var refused = kept.ask(REQUEST);
      isRefused(scene, refused, "untrusted_certificate");
      assertThat(refused.body()).contains("The token or certificate does not hold here.");
      isLetIn(scene, TlsClient.showing(next.svid("/agent/ci")).ask(scene.address(), REQUEST));
    }
  }

  /** ID-25. */
  @Test
  void refusesATrustDomainThatWasTakenOutAtOnce() throws IOException {
    try (var scene = new TlsScene(folder, Map.of());
        var kept = scene.agent("/agent/ci").connect(scene.address())) {
      isLetIn(scene, kept.ask(REQUEST));
      scene.gateway().admin().delete("/admin/trustdomains/prod").orFail();

      isRefused(scene, kept.ask(REQUEST), "unknown_trust_domain");
    }
  }

  @Test
  void closesAConnectionThatIsTooOldAfterItsNextAnswer() throws IOException {
    try (var scene = new TlsScene(folder, Map.of(ConfigKey.TLS_CONNECTION_MINUTES, "5"));
        var kept = scene.agent("/agent/ci").connect(scene.address())) {
      isLetIn(scene, kept.ask(REQUEST));
      scene.advance(Duration.ofMinutes(5).minusSeconds(1));
      assertThat(kept.ask(REQUEST).header("Connection")).isEmpty();
      scene.advance(Duration.ofSeconds(1));

      var last = kept.ask(REQUEST);
      isLetIn(scene, last);
      assertThat(last.header("Connection")).isEqualTo("close");
      assertThat(kept.isEnded()).isTrue();
    }
  }

  @Test
  void letsNobodyInWithoutACertificateWhereOneIsRequired() throws IOException {
    try (var scene = new TlsScene(folder, Map.of(ConfigKey.TLS_CLIENT_AUTH, "required"))) {
      var token = "Authorization: Bearer " + scene.gateway().svid("/agent/ci");
      var bare = TlsClient.bare();

      isRefused(scene, bare.ask(scene.address(), REQUEST), "no_certificate");
      isRefused(scene, bare.ask(scene.address(), REQUEST, token), "no_certificate");
      isLetIn(scene, scene.agent("/agent/ci").ask(scene.address(), REQUEST));
      isLetIn(scene, scene.agent("/agent/ci").ask(scene.address(), REQUEST, token));
      isRefused(scene, bare.ask(scene.address(), REQUEST, token), "no_certificate");
      assertThat(bare.ask(scene.address(), "GET /health/ready").status()).isEqualTo(200);
    }
  }

  /** Keys of JWT-SVIDs let nobody in who shows no certificate. */
  @Test
  void isNotReadyWithoutAnAuthorityWhereCertificatesAreRequired() throws IOException {
    try (var scene = new TlsScene(folder, Map.of(ConfigKey.TLS_CLIENT_AUTH, "required"))) {
      scene.trust("prod");
      assertThat(scene.ready().at("/checks/identities").asText()).isEqualTo("ok");
      scene.trust("partner");

      assertThat(scene.ready().at("/checks/identities").asText()).isEqualTo("failed");
      isRefused(
          scene, scene.agent("/agent/ci").ask(scene.address(), REQUEST), "untrusted_certificate");
    }
  }

  @Test
  void isReadyWithoutAnAuthorityWhereCertificatesAreOptional() throws IOException {
    try (var scene = new TlsScene(folder, Map.of())) {
      scene.trust("prod");
      scene.trust("partner");

      assertThat(scene.ready().at("/checks/identities").asText()).isEqualTo("ok");
    }
  }

  @Test
  void asksNobodyForACertificateWhereNoneIsTaken() throws IOException {
    try (var scene = new TlsScene(folder, Map.of(ConfigKey.TLS_CLIENT_AUTH, "none"))) {
      isRefused(scene, scene.agent("/agent/ci").ask(scene.address(), REQUEST), "no_token");
    }
  }

  @Test
  void showsANewCertificateWithoutARestartAndKeepsTheLastGoodOne() throws IOException {
    try (var scene = new TlsScene(folder, Map.of());
        var kept = scene.agent("/agent/ci").connect(scene.address())) {
      var first = kept.shown();
      var second = scene.renew();
      assertThat(second).isNotEqualTo(first);
      isLetIn(scene, kept.ask(REQUEST));
      try (var fresh = scene.agent("/agent/ci").connect(scene.address())) {
        assertThat(fresh.shown()).isEqualTo(second);
      }

      scene.spoilKey();
      try (var fresh = scene.agent("/agent/ci").connect(scene.address())) {
        assertThat(fresh.shown()).isEqualTo(second);
        isLetIn(scene, fresh.ask(REQUEST));
      }
    }
  }

  @Test
  void saysThatItIsNotReadyOnceItsCertificateIsOver() throws IOException {
    try (var scene = new TlsScene(folder, Map.of())) {
      assertThat(scene.ready().at("/checks/certificate").asText()).isEqualTo("ok");
      assertThat(scene.metrics()).contains("sallyport_tls_certificate_expiry_seconds 3600.0");
      scene.advance(Duration.ofHours(1));

      assertThat(scene.ready().path("status").asText()).isEqualTo("not ready");
      assertThat(scene.ready().at("/checks/certificate").asText()).isEqualTo("failed");
    }
  }

  @Test
  void showsTheNewestSvidThatAWorkloadApiGivesIt() throws Exception {
    try (var api = new TestingWorkloadApi(Map.of());
        var scene = new TlsScene(folder, Map.of(ConfigKey.TLS_WORKLOAD_API, api.address()))) {
      var web = TestingAuthority.of("web", scene.now());
      var agent = scene.agent("/agent/ci");
      assertThatThrownBy(() -> agent.connect(scene.address())).isInstanceOf(IOException.class);

      assertThat(scene.metrics()).contains("sallyport_tls_certificate_expiry_seconds 0.0");

      for (int i = 0; i < 2; i++) {
        var fresh = web.svid("/gateway");
        api.pushSvid("spiffe://web/gateway", fresh);
        awaitShown(scene, fresh.certificate());
      }
      assertThat(scene.ready().at("/checks/certificate").asText()).isEqualTo("ok");
      isLetIn(scene, agent.ask(scene.address(), REQUEST));
    }
  }

  /** ID-38: an SVID whose key is another's, an agent that is killed, and one with a new CA. */
  @Test
  void showsTheLastGoodSvidWhateverBecomesOfTheAgentThatGivesIt() throws Exception {
    try (var api = new TestingWorkloadApi(Map.of());
        var scene = new TlsScene(folder, Map.of(ConfigKey.TLS_WORKLOAD_API, api.address()))) {
      var first = TestingAuthority.of("web", scene.now()).svid("/gateway");
      api.pushSvid("spiffe://web/gateway", first);
      awaitShown(scene, first.certificate());
      var other = TestingAuthority.of("web", scene.now()).svid("/gateway");
      api.pushSvid("spiffe://web/gateway", TestingAuthority.der(first.certificate()), other.key());
      api.kill();
      try (var connection = scene.agent("/agent/ci").connect(scene.address())) {
        assertThat(connection.shown()).isEqualTo(first.certificate());
        isLetIn(scene, connection.ask(REQUEST));
      }

      api.pushSvid("spiffe://web/gateway", other);
      api.restart();
      awaitShown(scene, other.certificate());
      isLetIn(scene, scene.agent("/agent/ci").ask(scene.address(), REQUEST));
    }
  }

  /** The push comes to the gateway by a stream of its own. */
  private static void awaitShown(TlsScene scene, X509Certificate expected) {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < until) {
      try (var connection = TlsClient.bare().connect(scene.address())) {
        if (connection.shown().equals(expected)) {
          return;
        }
      } catch (IOException _) {
        Thread.onSpinWait();
      }
    }
    throw new AssertionError("the gateway does not show its new certificate");
  }

  private static void isLetIn(TlsScene scene, Answer answer) {
    assertThat(answer.status()).isEqualTo(404);
    assertThat(scene.records(1).getFirst().at("/facts/principal").asText()).isEqualTo(ID);
  }

  private static void isRefused(TlsScene scene, Answer answer, String reason) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).contains("\"code\":\"unauthenticated\"").doesNotContain(reason);
    var record = scene.records(1).getFirst();
    assertThat(record.path("event").asText()).isEqualTo("authentication.refused");
    assertThat(record.at("/facts/reason").asText()).isEqualTo(reason);
  }

  /** A client hears of its handshake's end before that is on record. */
  private static void isOnRecord(TlsScene scene, String code) {
    var event = "request.refused";
    RevocationScene.await(() -> scene.records(1).getFirst().path("event").asText().equals(event));
    var record = scene.records(1).getFirst();
    assertThat(record.at("/facts/listener").asText()).isEqualTo("data");
    assertThat(record.at("/facts/code").asText()).isEqualTo(code);
  }

  /** A greeting of a client that knows this version at most, and no extensions. */
  private static String hello(String version) {
    var body = version + "00".repeat(32) + "00" + "0004" + "c02f" + "002f" + "01" + "00";
    var message = "01" + "%06x".formatted(body.length() / 2) + body;
    return "16" + "0301" + "%04x".formatted(message.length() / 2) + message;
  }

  private static byte[] exchange(TlsScene scene, byte[] sent) throws IOException {
    try (var socket = new Socket(scene.address().getHost(), scene.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(sent);
      var answer = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(answer);
      } catch (SocketException _) {
        return answer.toByteArray(); // it was cut off with something of ours unread
      }
      return answer.toByteArray();
    }
  }
}
