package dev.sallyport.vault.egress;

import static dev.sallyport.vault.egress.Clients.LATE;
import static dev.sallyport.vault.egress.Clients.MAX;
import static dev.sallyport.vault.egress.Clients.get;
import static dev.sallyport.vault.egress.Clients.latin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.egress.EgressRequest.Header;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import dev.sallyport.vault.testing.TestingUpstream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LentSecretsTest {
  private static final String SECRET = "Bearer sk-live-4f9QzR7t";
  private static final Automaton AUTOMATON = Automaton.of(SECRET);

  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void takesTheSecretOutOfHeadersAndBodiesWhateverTheStatus() throws Exception { // CV-03
    for (int status : new int[] {200, 302, 401, 500}) {
      try (var upstream =
          TestingUpstream.scripted(peer -> {
            var request = peer.receive().orElseThrow();
            var echoed = request.header("authorization").orElseThrow();
            peer.send("HTTP/1.1 " + status + " X\r\nLocation: /?t=");
            peer.send(echoed.replace(" ", "%20") + "\r\nSet-Cookie: " + echoed);
            peer.send("\r\nWWW-Authenticate: x " + echoed + "\r\n\r\n" + request.raw());
          })) {
        var lent = new OneHeader();
        try (var response = client.send(get(upstream.uri("/")), lent)) {
          for (var name : List.of("location", "set-cookie", "www-authenticate")) {
            assertThat(response.header(name).orElseThrow())
                .contains("[REDACTED:crm]")
                .doesNotContain("sk-live");
          }
          assertThat(text(response)).contains("Bearer [REDACTED:crm]").doesNotContain("sk-live");
        }
        assertThat(lent.redactor().found()).isEqualTo(4);
      }
    }
  }

  @Test
  void takesTheSecretOutOfAStreamCutAtEveryByte() throws Exception { // CV-02
    var event = "event: message\ndata: {\"echo\":\"" + SECRET + "\"}\n\n";
    try (var upstream =
            TestingUpstream.scripted(peer -> {
              peer.receive();
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (int cut = 1; cut < event.length(); cut++) {
                peer.send(chunk(event.substring(0, cut)));
                peer.send(chunk(event.substring(cut)));
              }
              peer.send(chunk(""));
              peer.awaitClose();
            });
        var response = client.send(get(upstream.uri("/")), new OneHeader())) {
      assertThat(text(response))
          .isEqualTo(
              event.replace("sk-live-4f9QzR7t", "[REDACTED:crm]").repeat(event.length() - 1));
    }
  }

  @Test
  void takesTheSecretOutOfWhatCameCompressed() throws Exception { // CV-04
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(latin("{\"echo\":\"" + SECRET + "\"}"));
    }
    var answer = new ByteArrayOutputStream();
    answer.writeBytes(
        latin(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                .formatted(packed.size())));
    answer.writeBytes(packed.toByteArray());
    try (var upstream = TestingUpstream.answering(_ -> answer.toByteArray());
        var response = client.send(get(upstream.uri("/")), new OneHeader())) {
      assertThat(text(response)).isEqualTo("{\"echo\":\"Bearer [REDACTED:crm]\"}");
    }
  }

  @Test
  void givesAnEventOnBeforeTheNextOneComes() throws Exception {
    var event = "data: {\"delta\":\"hello\"}\n\n";
    try (var upstream =
            TestingUpstream.scripted(peer -> {
              peer.receive();
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              peer.send(chunk(event));
              peer.awaitClose();
            });
        var response = client.send(get(upstream.uri("/")), new OneHeader())) {
      assertThat(response.body().readNBytes(event.length())).asString().isEqualTo(event);
    }
  }

  @Test
  void carriesNothingToWhereARedirectPoints() throws Exception { // CV-05
    try (var evil = TestingUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var upstream =
            TestingUpstream.answering(
                "HTTP/1.1 307 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                    .formatted(evil.uri("/")))) {
      var request =
          EgressRequest.post(
              upstream.uri("/"), List.of(new Header("X", "y")), new byte[10], LATE, MAX);
      try (var response = client.send(request, new OneHeader())) {
        assertThat(response.status()).isEqualTo(307);
      }
      assertThat(evil.connections()).isZero();
    }
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static String text(EgressResponse response) throws Exception {
    return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static final class OneHeader implements Lent {
    private final Redactor redactor = new SecretRedactor(AUTOMATON, "crm");

    @Override
    public Map<String, String> headers() {
      return Map.of("Authorization", SECRET);
    }

    @Override
    public Map<String, String> variables() {
      return Map.of();
    }

    @Override
    public Redactor redactor() {
      return redactor;
    }

    @Override
    public void close() {}
  }
}
