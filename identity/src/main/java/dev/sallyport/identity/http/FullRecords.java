package dev.sallyport.identity.http;

import dev.sallyport.identity.PrincipalId;
import java.util.HashMap;
import java.util.Map;

/**
 * Which refusals of a while are written in full: the first {@value #IN_FULL} of all strangers, and
 * as many of each of the first {@value #MOST_KNOWN} callers who are known, for whomever they act.
 * The callers after those have so many together. So nobody hides another, and the whole is bounded.
 * For one thread at a time.
 */
public final class FullRecords {
  /** The most of one caller, of all strangers, or of all callers beyond the bound. */
  public static final int IN_FULL = 20;

  /** The most callers who are told apart. */
  public static final int MOST_KNOWN = 64;

  private final Map<PrincipalId, Places> ofKnown = new HashMap<>();
  private final Places ofStrangers = new Places();
  private final Places ofOthers = new Places();

  /** Whether one more of somebody who is not known is written in full. */
  public boolean takeForStranger() {
    return ofStrangers.take();
  }

  /** Whether one more of this caller is written in full. */
  public boolean takeFor(PrincipalId known) {
    var own = ofKnown.get(known);
    if (own == null && ofKnown.size() < MOST_KNOWN) {
      own = new Places();
      ofKnown.put(known, own);
    }
    return (own == null ? ofOthers : own).take();
  }

  private static final class Places {
    private int taken;

    private boolean take() {
      boolean free = taken < IN_FULL;
      if (free) {
        taken++;
      }
      return free;
    }
  }
}
