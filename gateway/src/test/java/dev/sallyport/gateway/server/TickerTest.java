package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.Warnings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TickerTest {
  private static final Logger LOG = Logger.getLogger(Ticker.class.getName());

  private final Warnings warnings = new Warnings();

  @BeforeEach
  void listen() {
    LOG.addHandler(warnings);
  }

  @AfterEach
  void stopListening() {
    LOG.removeHandler(warnings);
  }

  @Test
  void logsAFailureThatGoesOnOnceAndThatItEnded() throws Exception {
    var outcomes =
        List.<Exception>of(
            new IOException("one"),
            new IOException("one"),
            new IOException("two after 5001 ms"),
            new IOException("two after 5000 ms"),
            new IllegalStateException("two"),
            new IllegalStateException("two"));
    var runs = new AtomicInteger();
    var done = new CountDownLatch(outcomes.size() + 3);
    try (var ticker = new Ticker()) {
      ticker.every(
          Duration.ofMillis(1),
          "counting",
          () -> {
            int run = runs.getAndIncrement();
            done.countDown();
            if (run < outcomes.size()) {
              throw outcomes.get(run);
            }
          });
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(warnings.all())
        .containsExactly(
            "counting failed, and is tried again and again",
            "counting failed, and is tried again and again",
            "counting failed, and is tried again and again",
            "counting goes on");
  }
}
