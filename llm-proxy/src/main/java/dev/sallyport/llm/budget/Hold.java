package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallId;
import java.sql.SQLException;
import java.time.LocalDate;

/** An amount held for one call. Settle it once. */
public final class Hold {
  private final Spending spending;
  private final CallId callId;
  private final PrincipalId principal;
  private final LocalDate day;
  private final long amount;

  Hold(Spending spending, CallId callId, PrincipalId principal, LocalDate day, long amount) {
    this.spending = spending;
    this.callId = callId;
    this.principal = principal;
    this.day = day;
    this.amount = amount;
  }

  /**
   * Spends what the call cost, and lets go of the rest. What it cost over the amount is spent too.
   *
   * @param spent micro-dollars
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
}
