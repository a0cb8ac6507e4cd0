package dev.sallyport.vault.egress;

import static dev.sallyport.vault.egress.Clients.LATE;
import static dev.sallyport.vault.egress.Clients.MAX;
import static dev.sallyport.vault.egress.Clients.get;
import static dev.sallyport.vault.egress.Clients.latin;
import static dev.sallyport.vault.egress.Clients.outcome;
import static dev.sallyport.vault.egress.Clients.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.vault.Lent;
import dev.sallyport.vault.testing.TestingUpstream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerSyntaxTest {
  private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  private static final String TWICE =
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final EgressClient client = new PooledEgressClient(EgressConfig.defaults());

  @AfterEach
  void close() {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 \r\ncontent-length:5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: \t 5 \t\r\nX: \u00e9\r\nY:\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        CHUNKED + "5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nh\r\n004\r\nello\r\n000\r\n\r\n",
        CHUNKED + "5;a=b;c=\"d\"\r\nhello\r\n0 ;x\r\n\r\n",
        CHUNKED + "5\r\nhello\r\n0\r\nT: 1\r\nU: 2\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 100\r\n\r\n" + HELLO,
      })
  void understands(String raw) throws Exception {
    assertThat(outcome(client, latin(raw))).isEqualTo("200 hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 O\0K\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n" + TWICE,
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        CHUNKED + "\r\nhello",
        CHUNKED + "-5\r\nhello",
        CHUNKED + "0x5\r\nhello",
        CHUNKED + "5\nhello",
        CHUNKED + "5 x\r\nhello",
        CHUNKED + "5;\n\r\nhello",
        CHUNKED + "5\r\nhelloX0\r\n\r\n",
        CHUNKED + "5\r\nhello\r\n0\r\nT: 1\n\r\n",
        CHUNKED + "fffffffffffffffff\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
      })
  void refusesWhatIsMalformed(String raw) throws Exception {
    assertThat(outcome(client, latin(raw))).isEqualTo("MALFORMED");
  }

  @Test
  void boundsTheHead() throws Exception {
    var start = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
    var line = "X: " + "y".repeat(995) + "\r\n";
    assertThat(outcome(client, latin(start + line.repeat(65) + "\r\nok"))).isEqualTo("200 ok");
    assertThat(outcome(client, latin(start + line.repeat(66) + "\r\nok"))).isEqualTo("TOO_LARGE");
    var field = "X: y\r\n";
    assertThat(outcome(client, latin(start + field.repeat(199) + "\r\nok"))).isEqualTo("200 ok");
    assertThat(outcome(client, latin(start + field.repeat(200) + "\r\nok"))).isEqualTo("TOO_LARGE");
  }

  @Test
  void boundsChunkExtensionsTrailersAndProvisionalAnswers() throws Exception {
    assertThat(outcome(client, latin(CHUNKED + "1;" + "x".repeat(900) + "\r\na\r\n0\r\n\r\n")))
        .isEqualTo("200 a");
    assertThat(outcome(client, latin(CHUNKED + "1;" + "x".repeat(1100) + "\r\na\r\n0\r\n\r\n")))
        .isEqualTo("MALFORMED");
    assertThat(outcome(client, latin(CHUNKED + "0\r\n" + "T: 1\r\n".repeat(2500) + "\r\n")))
        .isEqualTo("200 ");
    assertThat(outcome(client, latin(CHUNKED + "0\r\n" + "T: 1\r\n".repeat(4000) + "\r\n")))
        .isEqualTo("MALFORMED");
    var end = "HTTP/1.1 204 OK\r\n\r\n";
    assertThat(outcome(client, latin("HTTP/1.1 100 C\r\n\r\n".repeat(16) + end))).isEqualTo("204 ");
    assertThat(outcome(client, latin("HTTP/1.1 100 C\r\n\r\n".repeat(17) + end)))
        .isEqualTo("MALFORMED");
  }

  @Test
  void understandsAnAnswerCutAtEveryByte() throws Exception {
    var raw =
        latin(
            """
            HTTP/1.1 100 C\r
            \r
            HTTP/1.1 200 OK\r
            Transfer-Encoding: chunked\r
            X: y\r
            \r
            3;e=f\r
            hel\r
            2\r
            lo\r
            0\r
            T: 1\r
            \r
            """);
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          for (int cut = 1; cut < raw.length; cut++) {
            if (peer.receive().isEmpty()) {
              return;
            }
            peer.send(Arrays.copyOfRange(raw, 0, cut));
            peer.send(Arrays.copyOfRange(raw, cut, raw.length));
          }
        })) {
      for (int cut = 1; cut < raw.length; cut++) {
        assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 hello");
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void understandsAnAnswerThatComesByteByByte() throws Exception {
    var raw = latin(CHUNKED + "5\r\nhello\r\n0\r\n\r\n");
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          for (byte b : raw) {
            peer.send(new byte[] {b});
          }
          peer.awaitClose();
        })) {
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 hello");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void expectsNoBodyWhereThereIsNone(int status) throws Exception {
    var raw = "HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\n\r\n";
    assertThat(outcome(client, latin(raw))).isEqualTo(status + " ");
  }

  @Test
  void expectsNoBodyOfHead() throws Exception {
    try (var upstream = TestingUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) {
      var head = new EgressRequest("HEAD", upstream.uri("/"), List.of(), new byte[0], LATE, MAX);
      assertThat(said(client, head)).isEqualTo("200 ");
      assertThat(said(client, head)).isEqualTo("200 ");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void readsUntilTheUpstreamCloses() throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
          peer.halfClose();
          peer.awaitClose();
        })) {
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 hello");
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 hello");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        CHUNKED + "6\r\nhello",
        CHUNKED + "5\r\nhello\r\n",
        CHUNKED + "5\r\nhello\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "H",
        "",
      })
  void tellsOfAnAnswerThatIsCutOff(String raw) throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          peer.send(raw);
        })) {
      assertThat(Clients.failure(client, Clients.post(upstream.uri("/"), "x")))
          .contains(EgressException.Reason.DISCONNECTED);
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void decodesGzipThatItDidNotAskFor() throws Exception { // CV-04
    var packed = gzip("hello ".repeat(1000));
    try (var upstream = TestingUpstream.answering(_ -> packedAnswer(packed))) {
      for (int i = 0; i < 3; i++) {
        assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 " + "hello ".repeat(1000));
      }
      assertThat(upstream.lastRequest().header("accept-encoding")).contains("identity");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void boundsWhatGzipUnpacksTo() throws Exception { // CV-04
    var packed = gzip("0".repeat((int) MAX + 1));
    assertThat(outcome(client, packedAnswer(packed))).isEqualTo("TOO_LARGE");
  }

  @Test
  void boundsTheBody() throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          var target = peer.receive().orElseThrow().target();
          peer.send(
              switch (target) {
                case "/length" -> "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n123456";
                case "/chunked" -> CHUNKED + "3\r\n123\r\n3\r\n456\r\n0\r\n\r\n";
                default -> "HTTP/1.1 200 OK\r\n\r\n123456";
              });
        })) {
      for (var path : List.of("/length", "/chunked", "/close")) {
        var enough = EgressRequest.get(upstream.uri(path), List.of(), LATE, 6);
        var little = EgressRequest.get(upstream.uri(path), List.of(), LATE, 5);
        assertThat(said(client, enough)).as(path).isEqualTo("200 123456");
        assertThat(Clients.failure(client, little))
            .as(path)
            .contains(EgressException.Reason.TOO_LARGE);
      }
    }
  }

  @Test
  void findsFieldsInAnyCase() throws Exception {
    var raw = "HTTP/1.1 200 OK\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 0\r\n\r\n";
    try (var upstream = TestingUpstream.answering(raw);
        var response = client.send(get(upstream.uri("/")), Lent.nothing())) {
      assertThat(response.header("X-ONE")).contains("1");
      assertThat(response.header("X-Two")).isEmpty();
    }
  }

  private static byte[] gzip(String text) throws Exception {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(latin(text));
    }
    return out.toByteArray();
  }

  private static byte[] packedAnswer(byte[] packed) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        latin(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                .formatted(packed.length)));
    out.writeBytes(packed);
    return out.toByteArray();
  }
}
