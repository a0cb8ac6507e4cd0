package dev.sallyport.mcp.http;

import dev.sallyport.identity.Owner;
import java.util.HashMap;
import java.util.Map;

/** Room for so many things of all callers, and for so many of each. Thread-safe. */
final class Room {
  private final int most;
  private final int mostOfOne;

  /** How many each caller has. Guarded by this. */
  private final Map<Owner, Integer> ofOne = new HashMap<>();

  /** Guarded by this. */
  private int size;

  /**
   * Empty room.
   *
   * @param most the most of all callers
   * @param mostOfOne the most of one caller
   */
  Room(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** Takes a place for one of an owner's; whether there was one. */
  synchronized boolean enter(Owner owner) {
    if (size >= most || ofOne.getOrDefault(owner, 0) >= mostOfOne) {
      return false;
    }
    size++;
    ofOne.merge(owner, 1, Integer::sum);
    return true;
  }

  /** Gives back a place that was taken. */
  synchronized void leave(Owner owner) {
    size--;
    ofOne.computeIfPresent(owner, (_, own) -> own == 1 ? null : own - 1);
  }
}
