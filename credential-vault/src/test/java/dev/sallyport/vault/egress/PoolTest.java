package dev.sallyport.vault.egress;

import static dev.sallyport.vault.egress.Clients.LATE;
import static dev.sallyport.vault.egress.Clients.MAX;
import static dev.sallyport.vault.egress.Clients.SOON;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int MOST = 64;
  private static final int MEASURED = 51;

  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void leavesAnotherAtTheSameOriginAtItsLatencyWhileAllItsConnectionsHang() throws Exception {
    var calls = new ArrayList<Future<Optional<Reason>>>();
    var hanging = new CountDownLatch(MOST);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try (var upstream = hangingIfAsked(hanging)) {
        var request = get(upstream.uri("/"));
        var hung = client.pool(MOST);
        var other = client.pool(MOST);
        said(hung, request);
        long before = median(other, request);
        for (int i = 0; i < MOST; i++) {
          calls.add(threads.submit(() -> failure(hung, post(upstream.uri("/hang"), "x"))));
        }
        hanging.await();

        assertThat(failure(hung, request)).contains(Reason.BUSY);
        assertThat(median(other, request))
            .isLessThan(10 * before + Duration.ofSeconds(1).toNanos());
      }
      for (var call : calls) {
        assertThat(call.get()).contains(Reason.DISCONNECTED);
      }
    }
  }

  private static TestingUpstream hangingIfAsked(CountDownLatch hanging) {
    return TestingUpstream.scripted(peer -> {
      for (var next = peer.receive(); next.isPresent(); next = peer.receive()) {
        if (next.get().target().equals("/hang")) {
          hanging.countDown();
          peer.awaitClose();
        } else {
          peer.send(OK);
        }
      }
    });
  }

  private static long median(EgressClient client, EgressRequest request) throws Exception {
    var took = new ArrayList<Long>();
    for (int i = 0; i < MEASURED; i++) {
      long began = System.nanoTime();
      assertThat(said(client, request)).isEqualTo("200 ok");
      took.add(System.nanoTime() - began);
    }
    return took.stream().sorted().toList().get(MEASURED / 2);
  }

  @Test
  void usesNoConnectionThatAnotherHad() throws Exception {
    try (var upstream = TestingUpstream.answering(OK)) {
      var one = client.pool(1);
      var other = client.pool(1);
      for (var each : List.of(one, other, client, one, other, client)) {
        assertThat(said(each, get(upstream.uri("/")))).isEqualTo("200 ok");
      }
      assertThat(upstream.connections()).isEqualTo(3);
    }
  }

  @Test
  void makesRoomHoweverARequestEnded() throws Exception {
    try (var upstream = TestingUpstream.answering(OK);
        var broken = TestingUpstream.scripted(peer -> peer.receive())) {
      var small = client.pool(1);
      for (int i = 0; i < 3; i++) {
        assertThat(failure(small, get(broken.uri("/")))).contains(Reason.DISCONNECTED);
        var unread = small.send(get(upstream.uri("/")), Lent.nothing());
        assertThat(failure(small, get(upstream.uri("/")))).contains(Reason.BUSY);
        unread.close();
        unread.close();
        unread.abort();
        small.send(get(upstream.uri("/")), Lent.nothing()).abort();
        assertThat(said(small, get(upstream.uri("/")))).isEqualTo("200 ok");
      }
    }
  }

  @Test
  void keepsNothingOnceItIsClosed() throws Exception {
    try (var upstream = TestingUpstream.answering(OK)) {
      var pool = client.pool(2);
      said(pool, get(upstream.uri("/")));

      pool.close();

      said(pool, get(upstream.uri("/")));
      said(pool, get(upstream.uri("/")));
      assertThat(upstream.connections()).isEqualTo(3);
    }
  }

  @Test
  void endsAnAnswerInTimeThatDripsAndThenStops() throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
          peer.awaitClose();
        })) {
      var request = EgressRequest.get(upstream.uri("/"), List.of(), LATE, MAX);
      try (var response = client.send(request, Lent.nothing())) {
        var body = response.body();
        assertThat(body.readNBytes(2)).asString().isEqualTo("ok");
        response.endWithin(SOON);
        assertThatThrownBy(body::read)
            .isInstanceOfSatisfying(
                EgressException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"head, false", "body, true"})
  void waitsForTheHeadAsLongAsThatMayTakeAndForTheBodyAsLongAsItMayBeSilent(
      String silent, boolean begins) throws Exception {
    try (var upstream =
        TestingUpstream.scripted(peer -> {
          peer.receive();
          peer.send(begins ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok" : "");
          peer.awaitClose();
        })) {
      var request =
          new EgressRequest(
              "GET",
              upstream.uri("/"),
              List.of(),
              new byte[0],
              begins ? LONG : SOON,
              begins ? SOON : LONG,
              MAX);
      assertThat(failure(client, request)).as(silent).contains(Reason.TIMEOUT);
    }
  }

  @Test
  void keepsNoMoreThanItMayUse() throws Exception {
    var config =
        new EgressConfig(Duration.ofSeconds(1), 8, Duration.ofMinutes(1), true, Optional.empty());
    try (var few = new PooledEgressClient(config);
        var upstream = TestingUpstream.answering(OK)) {
      var pool = few.pool(2);
      var first = pool.send(get(upstream.uri("/")), Lent.nothing());
      var second = pool.send(get(upstream.uri("/")), Lent.nothing());
      first.close();
      second.close();
      assertThat(((Pool) pool).idle(get(upstream.uri("/")))).isEqualTo(2);
    }
  }
}
