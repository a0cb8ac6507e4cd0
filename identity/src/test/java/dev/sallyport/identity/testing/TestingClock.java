package dev.sallyport.identity.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A time that a test gives. Thread-safe. */
public final class TestingClock implements InstantSource {
  /** The time at which every such clock starts. */
  public static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @Override
  public Instant instant() {
    return now.get();
  }

  /** Lets time pass. */
  public void advance(Duration duration) {
    now.updateAndGet(before -> before.plus(duration));
  }
}
