package dev.sallyport.llm.budget;

import dev.sallyport.identity.action.CallId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** An amount held for one call, of each of its budgets. Settle it once. */
public final class Hold {
  private final Spending spending;
  private final CallId callId;
  private final List<Claim> claims;
  private final long amount;
  private final Instant expiresAt;

  Hold(Spending spending, CallId callId, List<Claim> claims, long amount, Instant expiresAt) {
    this.spending = spending;
    this.callId = callId;
    this.claims = List.copyOf(claims);
    this.amount = amount;
    this.expiresAt = expiresAt;
  }

  /**
   * Spends what the call cost, and lets go of the rest. What it cost over the amount is spent too.
   *
   * @param spent micro-dollars
   * @throws SQLException if that is not done yet; it is tried again later
   */
  public void settle(long spent) throws SQLException {
    spending.settle(this, spent);
  }

  /** Micro-dollars. */
  public long amount() {
    return amount;
  }

  CallId callId() {
    return callId;
  }

  List<Claim> claims() {
    return claims;
  }

  Instant expiresAt() {
    return expiresAt;
  }
}
