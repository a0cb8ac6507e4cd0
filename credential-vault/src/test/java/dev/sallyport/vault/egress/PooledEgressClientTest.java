package dev.sallyport.vault.egress;

import static dev.sallyport.vault.egress.Clients.LATE;
import static dev.sallyport.vault.egress.Clients.MAX;
import static dev.sallyport.vault.egress.Clients.SOON;
import static dev.sallyport.vault.egress.Clients.failure;
import static dev.sallyport.vault.egress.Clients.get;
import static dev.sallyport.vault.egress.Clients.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.egress.EgressException.Reason;
import dev.sallyport.vault.egress.EgressRequest.Header;
import dev.sallyport.vault.testing.TestingUpstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PooledEgressClientTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void sendsExactlyThis() throws Exception {
    try (var upstream = TestingUpstream.answering(OK)) {
      var request =
          EgressRequest.post(
              URI.create(upstream.uri("/a%20b/\u00e9?q=%2F&r=1").toString()),
              List.of(new Header("X-One", "1"), new Header("Content-Type", "text/plain")),
              "body".getBytes(StandardCharsets.UTF_8),
              LATE,
              MAX);
      assertThat(said(client, request)).isEqualTo("200 ok");
      assertThat(upstream.lastRequest().raw())
          .isEqualTo(
              """
              POST /a%20b/%C3%A9?q=%2F&r=1 HTTP/1.1\r
              Host: 127.0.0.1:PORT\r
              Accept-Encoding: identity\r
              X-One: 1\r
              Content-Type: text/plain\r
              User-Agent: sallyport\r
              Content-Length: 4\r
              \r
              body\
              """
                  .replace("PORT", String.valueOf(upstream.port())));
    }
  }

  @Test
  void leavesOutWhatWouldChangeTheMessagesBounds() throws Exception {
    try (var upstream = TestingUpstream.answering(OK)) {
      var request =
          EgressRequest.post(
              upstream.uri("/"),
              List.of(
                  new Header("Host", "evil"),
                  new Header("content-length", "0"),
                  new Header("Transfer-Encoding", "chunked"),
                  new Header("CONNECTION", "close"),
                  new Header("Accept-Encoding", "gzip"),
                  new Header("Expect", "100-continue")),
              new byte[3],
              LATE,
              MAX);
      assertThat(said(client, request)).isEqualTo("200 ok");
      var sent = upstream.lastRequest();
      assertThat(sent.headers("host")).containsExactly("127.0.0.1:" + upstream.port());
      assertThat(sent.headers("content-length")).containsExactly("3");
      assertThat(sent.headers("accept-encoding")).containsExactly("identity");
      assertThat(sent.raw()).doesNotContainIgnoringCase("chunked", "close", "expect");
    }
  }

  @Test
  void putsTheLentHeaderInPlaceOfAnyOfThatName() throws Exception { // CV-07
    try (var upstream = TestingUpstream.answering(OK)) {
      var request =
          EgressRequest.get(
              upstream.uri("/"),
              List.of(
                  new Header("authorization", "Bearer theirs"),
                  new Header("Authorization", "Bearer theirs"),
                  new Header("AUTHORIZATION", "Bearer theirs"),
                  new Header("X-Kept", "1")),
              LATE,
              MAX);
      client.send(request, lent("Authorization", "Bearer ours")).close();
      assertThat(upstream.lastRequest().headers("authorization")).containsExactly("Bearer ours");
      assertThat(upstream.lastRequest().headers("x-kept")).containsExactly("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nB: c", "a\nb", "a\0b", "a\rb", "\u0100", "\u007f"})
  void refusesHeaderValuesThatAreNone(String value) { // CV-08
    assertThatThrownBy(() -> new Header("A", value)).isInstanceOf(IllegalArgumentException.class);
    try (var upstream = TestingUpstream.answering(OK)) {
      assertThatThrownBy(() -> client.send(get(upstream.uri("/")), lent("A", value)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\n", "\u00e9"})
  void refusesHeaderNamesThatAreNone(String name) {
    assertThatThrownBy(() -> new Header(name, "v")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:pw@localhost/",
        "http://user@localhost/",
        "http://@localhost/",
        "ftp://localhost/",
        "localhost:80",
        "http:///x",
        "http://host_name/",
        "http://localhost:0/",
        "http://localhost:65536/",
        "http://localhost/#f",
      })
  void refusesAddressesThatItDoesNotSendTo(String address) { // CV-21
    assertThatThrownBy(() -> get(URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("pw");
  }

  @Test
  void followsNoRedirect() throws Exception { // CV-05
    try (var other = TestingUpstream.answering(OK);
        var upstream =
            TestingUpstream.answering(
                "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                    .formatted(other.uri("/")));
        var response =
            client.send(get(upstream.uri("/")), lent("Authorization", "Bearer secret"))) {
      assertThat(response.status()).isEqualTo(302);
      assertThat(other.connections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
      })
  void sendsNothingToMetadataServices(String address) throws Exception { // CV-06
    assertThat(failure(client, get(URI.create(address), SOON))).contains(Reason.CONNECT);
  }

  @Test
  void sendsNothingToPrivateAddressesIfTheyAreClosed() throws Exception {
    var config =
        new EgressConfig(Duration.ofSeconds(1), 8, Duration.ofSeconds(1), false, Optional.empty());
    try (var closed = new PooledEgressClient(config);
        var upstream = TestingUpstream.answering(OK)) {
      assertThat(failure(closed, get(upstream.uri("/")))).contains(Reason.CONNECT);
      assertThat(upstream.connections()).isZero();
    }
  }

  @Test
  void endsWaitingForASilentUpstream() throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          var target = peer.receive().orElseThrow().target();
          peer.send(
              switch (target) {
                case "/nothing" -> "";
                case "/head" -> "HTTP/1.1 200 OK\r\n";
                case "/body" -> "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
                default -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello";
              });
          peer.awaitClose();
        })) {
      for (var path : List.of("/nothing", "/head", "/body", "/chunk")) {
        assertThat(failure(client, get(upstream.uri(path), SOON)))
            .as(path)
            .contains(Reason.TIMEOUT);
      }
    }
  }

  @Test
  void endsSendingToAnUpstreamThatTakesNothingIn() throws Exception {
    var done = new CountDownLatch(1);
    try (var upstream = TestingUpstream.scripted(_ -> await(done))) {
      var request = EgressRequest.post(upstream.uri("/"), List.of(), new byte[64 << 20], SOON, MAX);
      assertThat(failure(client, request)).contains(Reason.TIMEOUT);
    } finally {
      done.countDown();
    }
  }

  @Test
  void givesTheAnswerOfAnUpstreamThatStoppedReading() throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
          peer.halfClose();
          peer.awaitClose();
        })) {
      var request = EgressRequest.post(upstream.uri("/"), List.of(), new byte[4 << 20], LATE, MAX);
      assertThat(said(client, request)).isEqualTo("413 no");
    }
  }

  @Test
  void tellsThatNothingListens() throws Exception {
    try (var silent = new Socket()) { // has the port, so that nobody else listens there
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var gone = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      assertThat(failure(client, get(gone))).contains(Reason.CONNECT);
    }
    assertThat(failure(client, get(URI.create("http://nowhere.invalid/"))))
        .contains(Reason.CONNECT);
  }

  @Test
  void canBeAbortedFromAnotherThread() throws Exception {
    try (var upstream =
            TestingUpstream.scripted(peer -> {
              peer.receive();
              peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
              peer.awaitClose();
            });
        var executor = Executors.newVirtualThreadPerTaskExecutor();
        var response = client.send(get(upstream.uri("/")), Lent.nothing())) {
      assertThat(response.body().readNBytes(5)).asString().isEqualTo("hello");
      var read = executor.submit(() -> reasonOf(response));
      response.abort();
      assertThat(read.get()).isEqualTo(Reason.DISCONNECTED);
    }
  }

  @Test
  void isCutByInterruptingTheThreadThatWaits() throws Exception {
    var asked = new CountDownLatch(1);
    var cut = new CountDownLatch(1);
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          asked.countDown();
          peer.awaitClose();
          cut.countDown();
        })) {
      var waiting =
          Thread.ofVirtual().start(() -> silently(() -> said(client, get(upstream.uri("/")))));
      asked.await();
      waiting.interrupt();
      waiting.join();
      cut.await();
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  private static Reason reasonOf(EgressResponse response) throws Exception {
    try {
      response.body().readAllBytes();
      throw new AssertionError("it went on");
    } catch (EgressException e) {
      return e.reason();
    }
  }

  private static void silently(Callable<?> task) {
    try {
      task.call();
    } catch (Exception _) {
      // What it throws is not what the test is about.
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Lent lent(String name, String value) {
    return new Lent() {
      @Override
      public Map<String, String> headers() {
        return Map.of(name, value);
      }

      @Override
      public Map<String, String> variables() {
        return Map.of();
      }

      @Override
      public Redactor redactor() {
        return Redactor.nothing();
      }

      @Override
      public void close() {}
    };
  }
}
