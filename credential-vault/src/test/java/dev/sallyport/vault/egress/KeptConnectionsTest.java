package dev.sallyport.vault.egress;

import static dev.sallyport.vault.egress.Clients.failure;
import static dev.sallyport.vault.egress.Clients.get;
import static dev.sallyport.vault.egress.Clients.post;
import static dev.sallyport.vault.egress.Clients.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressException.Reason;
import dev.sallyport.vault.testing.TestingUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptConnectionsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void usesAConnectionAgain() throws Exception {
    try (var upstream = TestingUpstream.answering(OK)) {
      for (int i = 0; i < 20; i++) {
        assertThat(said(client, post(upstream.uri("/"), "x".repeat(i * 1000)))).isEqualTo("200 ok");
      }
      assertThat(upstream.connections()).isEqualTo(1);
      assertThat(upstream.requests()).hasSize(20);
      assertThat(upstream.requests().get(19).body()).hasSize(19_000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
      })
  void doesNotUseAConnectionAgainThatEndsOrHoldsMore(String raw) throws Exception {
    try (var upstream = TestingUpstream.answering(raw)) {
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 ok");
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  @Test
  void doesNotTakeWhatCameUnaskedForAnAnswer() throws Exception {
    var late = new CountDownLatch(1);
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          while (peer.receive().isPresent()) {
            peer.send(OK);
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            late.countDown();
          }
        })) {
      assertThat(said(client, post(upstream.uri("/"), "x"))).isEqualTo("200 ok");
      late.await();
      assertThat(said(client, post(upstream.uri("/"), "x"))).isEqualTo("200 ok");
    }
  }

  @Test
  void noticesThatAKeptConnectionWasClosed() throws Exception {
    var closed = new CountDownLatch(1);
    try (var upstream =
        TestingUpstream.scripted(peer -> {
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
  void sendsAgainOnlyWhatIsHarmlessAndOnlyOnce() throws Exception {
    var seen = new AtomicInteger();
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          if (seen.incrementAndGet() == 1) {
            peer.send(OK);
            peer.receive();
          }
        })) {
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 ok");
      assertThat(failure(client, get(upstream.uri("/")))).contains(Reason.DISCONNECTED);
      assertThat(upstream.requests()).hasSize(3);
      seen.set(0);
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 ok");
      assertThat(failure(client, post(upstream.uri("/"), "x"))).contains(Reason.DISCONNECTED);
      assertThat(upstream.requests()).hasSize(5);
    }
  }

  @Test
  void doesNotSendAgainOnceAnyByteOfTheAnswerCame() throws Exception {
    var seen = new AtomicInteger();
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          peer.send(OK);
          if (seen.incrementAndGet() == 1) {
            peer.receive();
            peer.send("H");
          }
        })) {
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 ok");
      assertThat(failure(client, get(upstream.uri("/")))).contains(Reason.DISCONNECTED);
      assertThat(upstream.requests()).hasSize(2);
    }
  }

  @Test
  void cutsTheConnectionOfAnAnswerThatWasNotRead() throws Exception {
    var cut = new CountDownLatch(1);
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhello");
          peer.awaitClose();
          cut.countDown();
        })) {
      client.send(get(upstream.uri("/")), Lent.nothing()).close();
      cut.await();
      assertThat(client.idle(get(upstream.uri("/")))).isZero();
    }
  }

  @Test
  void keepsTheConnectionOfAShortAnswerThatWasNotRead() throws Exception {
    var raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    try (var upstream = TestingUpstream.answering(raw)) {
      client.send(get(upstream.uri("/")), Lent.nothing()).close();
      assertThat(said(client, get(upstream.uri("/")))).isEqualTo("200 ok");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void givesNoByteOfALaterAnswerToAnEarlierReader() throws Exception {
    try (var upstream = TestingUpstream.answering(OK)) {
      var first = client.send(get(upstream.uri("/")), Lent.nothing());
      var body = first.body();
      first.close();
      try (var second = client.send(get(upstream.uri("/")), Lent.nothing())) {
        assertThatThrownBy(body::read).isInstanceOf(EgressException.class);
        first.abort();
        first.close();
        assertThat(second.body().readAllBytes()).asString().isEqualTo("ok");
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void keepsManyConnectionsApart() throws Exception {
    try (var upstream =
            TestingUpstream.answering(
                request -> TestingUpstream.answer(200, "text/plain", request.body()));
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<String>>();
      for (int i = 0; i < 2_000; i++) {
        var body = "body " + i;
        answers.add(executor.submit(() -> said(client, post(upstream.uri("/"), body))));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo("200 body " + i);
      }
      assertThat(client.idle(get(upstream.uri("/")))).isBetween(1, 512);
    }
  }

  @Test
  void keepsNoMoreUnusedConnectionsThanConfigured() throws Exception {
    var config =
        new EgressConfig(Duration.ofSeconds(1), 1, Duration.ofMinutes(1), true, Optional.empty());
    try (var small = new PooledEgressClient(config);
        var upstream = TestingUpstream.answering(OK)) {
      var request = get(upstream.uri("/"));
      var first = small.send(request, Lent.nothing());
      var second = small.send(request, Lent.nothing());
      first.close();
      second.close();
      assertThat(small.idle(request)).isEqualTo(1);
    }
  }
}
