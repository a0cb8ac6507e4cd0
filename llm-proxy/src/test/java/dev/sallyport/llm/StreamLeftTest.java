package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R5: what is paid for an answer whose caller has left. */
final class StreamLeftTest {
  /** 20 tokens in and 5 out, at 3 and 15 dollars a million. */
  private static final long METER = 135;

  private static final Duration BEAT = Duration.ofMillis(10);
  private static final Script WHOLE = Script.recorded(CannedAnswers.OPENAI_STREAM);

  private final FakeProvider upstream = new FakeProvider();
  private final List<TestingProxy> opened = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    opened.forEach(TestingProxy::close);
    upstream.close();
  }

  /** litellm #14457, #17364, #35958: the ledger says just what the provider's meter says. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4"})
  void readsOnWhereTheProviderIsPaidAnyway(int leavesAfter) throws Exception {
    var testing = testing(Draining.DEFAULTS, false);
    upstream.answers(WHOLE);

    relay(testing, new RecordingSink(leavesAfter));

    assertThat(facts(testing).path("usage_source").asText()).isEqualTo("provider");
    assertThat(facts(testing).path("cost_micro_usd").asLong()).isEqualTo(METER);
    assertThat(testing.spending.spentToday(testing.caller().principal().id())).isEqualTo(METER);
    assertThat(testing.spending.heldToday(testing.caller().principal().id())).isZero();
  }

  /** litellm #36008, #37558: no more is paid than the prompt and what had come. */
  @Test
  void givesUpWhereThatStopsTheBilling() throws Exception {
    var testing = testing(Draining.DEFAULTS, true);
    var never = new CountDownLatch(1);
    upstream.answers(WHOLE.held(4, never));

    relay(testing, new RecordingSink(2));

    never.countDown();
    assertThat(facts(testing).path("usage_source").asText()).isEqualTo("estimate");
    assertThat(facts(testing).has("drained_bytes")).isFalse();
    long out = facts(testing).path("tokens_out").asLong();
    assertThat(out).isBetween(1L, 5L);
    assertThat(facts(testing).path("cost_micro_usd").asLong())
        .isEqualTo(3 * facts(testing).path("tokens_in").asLong() + 15 * out);
    assertThat(testing.spending.heldToday(testing.caller().principal().id())).isZero();
  }

  @Test
  void readsOnWhenTheCallerIsFoundGoneWhileTheModelThinks() throws Exception {
    var testing = testing(Draining.DEFAULTS, false);
    var gate = new CountDownLatch(1);
    var found = new CountDownLatch(1);
    upstream.answers(WHOLE.held(2, gate));
    var sink =
        new RecordingSink(2) {
          @Override
          public void waiting() throws IOException {
            try {
              super.waiting();
            } catch (IOException e) {
              found.countDown();
              throw e;
            }
          }
        };
    var call = Thread.ofVirtual().start(() -> relay(testing, sink));
    assertThat(found.await(10, TimeUnit.SECONDS)).isTrue();
    gate.countDown();
    call.join();

    assertThat(facts(testing).path("cost_micro_usd").asLong()).isEqualTo(METER);
    assertThat(facts(testing).path("drained_bytes").asLong()).isPositive();
  }

  /** What the metrics tell of streams: each is in one state, and in none when it is over. */
  @Test
  void tellsWhatStreamsAreAt() throws Exception {
    var testing = testing(Draining.DEFAULTS, false);
    var thinking = new CountDownLatch(1);
    var speaking = new CountDownLatch(1);
    upstream.answers(WHOLE.held(0, thinking), WHOLE.held(3, speaking));
    var first = new RecordingSink();
    var waiting = Thread.ofVirtual().start(() -> relay(testing, first));
    await(testing, StreamState.WAITING);

    thinking.countDown();
    waiting.join();
    assertThat(testing.proxy.streams().values()).containsOnly(0L);

    var second = new RecordingSink();
    var answering = Thread.ofVirtual().start(() -> relay(testing, second));
    await(testing, StreamState.ANSWERING);
    speaking.countDown();
    answering.join();

    var gate = new CountDownLatch(1);
    upstream.answers(WHOLE.held(4, gate));
    var draining = Thread.ofVirtual().start(() -> relay(testing, new RecordingSink(2)));
    await(testing, StreamState.DRAINING);
    gate.countDown();
    draining.join();

    var taken = new CountDownLatch(1);
    upstream.answers(WHOLE);
    var slow =
        new RecordingSink() {
          @Override
          public void event(byte[] frame) throws IOException {
            try {
              taken.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            super.event(frame);
          }
        };
    var blocked = Thread.ofVirtual().start(() -> relay(testing, slow));
    await(testing, StreamState.BLOCKED);
    taken.countDown();
    blocked.join();
    assertThat(testing.proxy.streams().values()).containsOnly(0L);
  }

  private static void await(TestingProxy testing, StreamState state) {
    var one = new EnumMap<StreamState, Long>(StreamState.class);
    for (var other : StreamState.values()) {
      one.put(other, other == state ? 1L : 0L);
    }
    while (!testing.proxy.streams().equals(one)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void readsOnWhenTheCallerLeftBeforeAnythingWasSaid() throws Exception {
    var testing = testing(Draining.DEFAULTS, false);
    var gate = new CountDownLatch(1);
    var answering = new CountDownLatch(1);
    var found = new CountDownLatch(1);
    upstream.answers(WHOLE.told(1, answering::countDown).held(1, gate));
    var sink =
        new RecordingSink() {
          @Override
          public void waiting() throws IOException {
            if (answering.getCount() == 0) {
              found.countDown();
              throw new IOException("gone");
            }
          }
        };
    var call = Thread.ofVirtual().start(() -> relay(testing, sink));
    assertThat(found.await(10, TimeUnit.SECONDS)).isTrue();
    gate.countDown();
    call.join();

    assertThat(facts(testing).path("cost_micro_usd").asLong()).isEqualTo(METER);
    assertThat(facts(testing).path("usage_source").asText()).isEqualTo("provider");
  }

  @ParameterizedTest
  @CsvSource({"0, 16000000, 64", "60000, 1, 64", "60000, 16000000, 0", "50, 16000000, 64"})
  void readsOnNoFurtherThanItMay(long millis, long bytes, int atOnce) throws Exception {
    var testing = testing(new Draining(Duration.ofMillis(millis), bytes, atOnce), false);
    var never = new CountDownLatch(1);
    upstream.answers(WHOLE.held(5, never));

    relay(testing, new RecordingSink(1));

    never.countDown();
    assertThat(facts(testing).path("usage_source").asText()).isEqualTo("estimate");
    assertThat(testing.spending.heldToday(testing.caller().principal().id())).isZero();
  }

  @Test
  void givesThePlaceBackWhereItReadOn() throws Exception {
    var testing = testing(new Draining(Duration.ofMinutes(1), 1 << 20, 1), false);
    for (int i = 0; i < 3; i++) {
      upstream.answers(WHOLE);
      relay(testing, new RecordingSink(1));
      assertThat(facts(testing).path("cost_micro_usd").asLong()).isEqualTo(METER);
    }
  }

  /** What a slow reader has not taken stays with the provider, not in memory here. */
  @Test
  void readsNoFasterThanTheCallerDoes() throws Exception {
    var testing = testing(Draining.DEFAULTS, false);
    var chunk =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
            + "x".repeat(256 << 10)
            + "\"}}]}\n\n";
    int chunks = 160; // 40 MiB, many times what sockets hold
    var sent = new AtomicInteger();
    var script = Script.events(Collections.nCopies(chunks, chunk));
    for (int i = 1; i < chunks; i++) {
      script = script.told(i, sent::incrementAndGet);
    }
    upstream.answers(script);
    var taken = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var sink =
        new RecordingSink(2) {
          @Override
          public void event(byte[] frame) throws IOException {
            taken.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            super.event(frame);
          }

          @Override
          public void waiting() {}
        };
    var call = Thread.ofVirtual().start(() -> relay(testing, sink));
    taken.await();
    int before;
    int now = -1;
    do { // until the provider can send no more
      before = now;
      TimeUnit.MILLISECONDS.sleep(200);
      now = sent.get();
    } while (now != before);
    assertThat(now).isLessThan(chunks / 2);
    goOn.countDown();
    call.join();
  }

  private TestingProxy testing(Draining draining, boolean cancelStopsBilling) {
    var testing =
        new TestingProxy(new LlmConfig(Duration.ofSeconds(30), BEAT, 1 << 20, 64 << 20, draining));
    opened.add(testing);
    testing.add(
        "Provider",
        "openai",
        "{\"protocol\":\"openai\",\"baseUrl\":\"%s\",\"quirks\":{\"cancelStopsBilling\":%s}}"
            .formatted(upstream.base(), cancelStopsBilling));
    testing.deployment("o-1", "fast", "openai", 0);
    testing.authority.budget(1_000_000_000);
    return testing;
  }

  private static void relay(TestingProxy testing, RecordingSink sink) {
    var request = ModelRequest.of(ChatRequest.of(TestingProxy.streamed("fast")));
    testing.proxy.relay(testing.caller(), request, Exchange.AS_IT_IS, sink);
  }

  private static ObjectNode facts(TestingProxy testing) {
    return testing.evidence.records(Ended.class).getLast().facts();
  }
}
