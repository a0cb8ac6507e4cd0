package dev.sallyport.sandbox.quarantine;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still. */
final class FixedClock {
  static final InstantSource AT = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

  private FixedClock() {}
}
