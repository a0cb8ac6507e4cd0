package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallId;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;

/** An amount held for one call. Settle it once. */
public final class Hold {
  private final Spending spending;
  private final CallId callId;
  private final PrincipalId principal;
  private final LocalDate day;
  private final long amount;
  private final Instant expiresAt;

  Hold(
      Spending spending,
      CallId callId,
      PrincipalId principal,
      LocalDate day,
      long amount,
      Instant expiresAt) {
    this.spending = spending;
    this.callId = callId;
    this.principal = principal;
    this.day = day;
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

  CallId callId() {
    return callId;
  }

  PrincipalId principal() {
    return principal;
  }

  LocalDate day() {
    return day;
  }

  long amount() {
    return amount;
  }

  Instant expiresAt() {
    return expiresAt;
  }
}
