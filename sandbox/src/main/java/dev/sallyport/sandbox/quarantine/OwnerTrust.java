package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.label.Label;
import java.time.Instant;

/**
 * What the turns of one owner were told and have read, as long as no hour has gone by without any.
 * New turns of that owner inherit it. Thread-safe.
 */
final class OwnerTrust {
  private final String owner;
  private Label label = Label.CLEAN;
  private Releases releases = new Releases();
  private Instant at = Instant.MIN;
  private int period;

  OwnerTrust(String owner) {
    this.owner = owner;
  }

  String owner() {
    return owner;
  }

  /**
   * What a turn has from others.
   *
   * @param period counts the hours without any
   */
  record Inherited(Label label, Releases releases, int period) {
    static Inherited nothing() {
      return new Inherited(Label.CLEAN, new Releases(), -1);
    }
  }

  synchronized Inherited inherited(Instant now) {
    expire(now);
    return new Inherited(label, releases, period);
  }

  /** Adds what one of the turns was told, or has read. */
  synchronized void add(Label more, Instant now) {
    expire(now);
    label = label.join(more);
    at = now;
  }

  /** Adds a value that one of the turns was told. */
  synchronized void release(Told told, Instant now) {
    expire(now);
    releases.add(told, now);
  }

  synchronized boolean isOld(Instant now) {
    return at.isBefore(now.minus(Releases.KEPT));
  }

  private void expire(Instant now) {
    if (isOld(now) && !label.equals(Label.CLEAN)) {
      label = Label.CLEAN;
      releases = new Releases();
      period++;
    }
  }

  @Override
  public String toString() {
    return "OwnerTrust[]";
  }
}
