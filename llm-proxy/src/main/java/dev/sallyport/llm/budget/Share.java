package dev.sallyport.llm.budget;

import java.time.Instant;

/**
 * What this gateway may spend of one account without asking the database, in micro-dollars. The
 * database counts it as reserved, in a row of its own. Not thread-safe.
 */
final class Share {
  /** No budget is lent ahead in larger parts than this one of it. */
  private static final int PARTS = 64;

  /** For how many more calls of its kind a call has a share enlarged, at the most. */
  private static final int MOST_AHEAD = 1_024;

  private final Account account;
  private long amount;
  private long held;
  private long spent;
  private long limit;
  private long largest;
  private int ahead;
  private Instant usableUntil = Instant.MIN;
  private Instant expiresAt = Instant.MIN;
  private boolean used;
  private long version;
  private boolean inDoubt;
  private long spentInDoubt;

  Share(Account account) {
    this.account = account;
  }

  Account account() {
    return account;
  }

  /** What calls hold that are under way. */
  long held() {
    return held;
  }

  /** What calls cost that ended, as far as the database does not know it. */
  long spent() {
    return spent;
  }

  /** All that is lent: held, spent, or free. */
  long amount() {
    return amount;
  }

  /** What can be held; negative where calls cost more than was held for them. */
  long free() {
    return amount - held - spent;
  }

  /** How often the row was written since it is there; 0 if it is not. */
  long version() {
    return version;
  }

  /** Whether an amount can be held without asking. */
  boolean fits(Claim claim, long wanted, Instant now) {
    // Lent for a larger limit, it says nothing of what fits in a smaller one.
    return limit <= claim.limit() && !now.isAfter(usableUntil) && free() >= wanted;
  }

  void hold(long wanted) {
    held += wanted;
    largest = Math.max(largest, wanted);
    used = true;
  }

  void letGo(long wanted) {
    held -= wanted;
  }

  void spend(long cost) {
    spent += cost;
    used = true;
  }

  /** How much more than what is asked for is to be lent: the more, the oftener it is asked. */
  long ahead(long wanted, long limit) {
    long most = limit / PARTS;
    return most < wanted ? 0 : Math.min(most, wanted * ahead);
  }

  /** What is free beyond what may be kept for calls to come. */
  long surplus() {
    long kept = limit / PARTS < largest ? 0 : limit / PARTS;
    return Math.max(0, free() - kept);
  }

  /** Holds nothing more of a free part. */
  void giveUp(long part) {
    amount -= part;
  }

  /** Whether nobody held or spent anything since this was asked last. */
  boolean rested() {
    boolean rested = !used;
    used = false;
    return rested;
  }

  /** Whether there is nothing that the database does not know. */
  boolean isOver() {
    return held == 0 && spent == 0 && amount == 0 && version == 0 && !inDoubt;
  }

  /** Notes that it was lent more, by how much a budget allowed. */
  void enlarged(long allowed) {
    limit = allowed;
    ahead = ahead == 0 ? 1 : Math.min(MOST_AHEAD, 2 * ahead);
  }

  /**
   * Notes what the database took.
   *
   * @param saved what was spent
   * @param lent what is lent now
   * @param usable until when something may be held of it
   * @param expires when others may let go of it
   */
  void saved(long saved, long lent, Instant usable, Instant expires) {
    spent -= saved;
    amount = lent;
    version++;
    usableUntil = usable;
    expiresAt = expires;
    inDoubt = false;
  }

  /** Notes what the database took, and that the row is gone with it. */
  void left(long saved) {
    spent -= saved;
    forget();
  }

  /** Notes that nobody knows whether the database took what was spent. */
  void doubt(long saved) {
    inDoubt = true;
    spentInDoubt = saved;
  }

  boolean isInDoubt() {
    return inDoubt;
  }

  /** Notes what the row says after all. */
  void found(long lent, long writtenSoOften) {
    if (writtenSoOften > version) {
      spent -= spentInDoubt;
    }
    amount = lent;
    version = writtenSoOften;
    inDoubt = false;
  }

  /** Notes that there is no row: it was left, or never made, or let go of when it expired. */
  void missed(Instant now) {
    boolean left = version > 0 && now.isBefore(expiresAt);
    spent -= left ? spentInDoubt : 0;
    forget();
  }

  private void forget() {
    amount = 0;
    version = 0;
    ahead = 0;
    largest = 0;
    usableUntil = Instant.MIN;
    inDoubt = false;
  }
}
