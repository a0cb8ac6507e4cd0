package dev.sallyport.identity.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A time that a test gives. Thread-safe. */
public final class TestingClock implements InstantSource {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));

  @Override
  public Instant instant() {
    return now.get();
  }

  /** Lets time pass. */
  public void advance(Duration duration) {
    now.updateAndGet(before -> before.plus(duration));
  }
}
