package dev.sallyport.llm.budget;

import java.time.Instant;
import java.util.List;

/** An amount held for one call, of each of its budgets. Settle it once. */
public final class Hold {
  private final Shares shares;
  private final List<Claim> claims;
  private final long amount;
  private final Instant expiresAt;

  Hold(Shares shares, List<Claim> claims, long amount, Instant expiresAt) {
    this.shares = shares;
    this.claims = List.copyOf(claims);
    this.amount = amount;
    this.expiresAt = expiresAt;
  }

  /**
   * Spends what the call cost, and lets go of the rest. What it cost over the amount is spent too.
   *
   * @param spent micro-dollars
   */
  public void settle(long spent) {
    shares.settle(this, spent);
  }

  /** Micro-dollars. */
  public long amount() {
    return amount;
  }

  List<Claim> claims() {
    return claims;
  }

  Instant expiresAt() {
    return expiresAt;
  }
}
