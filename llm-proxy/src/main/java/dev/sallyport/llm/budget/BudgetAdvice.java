package dev.sallyport.llm.budget;

import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.turn.Turn;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/**
 * Says which budget does not allow a call, when it renews, and what to do; never how much it is.
 */
final class BudgetAdvice {
  private BudgetAdvice() {}

  /** Of a budget that is smaller than what a call could cost, however much of it is left. */
  static Refusal never(Budget budget) {
    return refusal(
        "This call could cost more than all of your budget of a %s. Ask for less output, or ask for a higher budget."
            .formatted(word(budget.per())));
  }

  /** Of a budget of which too little is left. */
  static Refusal now(Budget budget, Turn turn, Instant now) {
    return refusal(
        "What is left of your budget of this %s does not cover what this call could cost. Ask for less output, %s, or ask for a higher budget."
            .formatted(word(budget.per()), until(budget.per(), turn, now)));
  }

  private static Refusal refusal(String advice) {
    return new Refusal(RefusalCode.BUDGET_EXHAUSTED, advice);
  }

  private static String word(Per per) {
    return switch (per) {
      case TURN -> "turn";
      case DAY -> "day";
      case WEEK -> "week";
      case MONTH -> "month";
    };
  }

  /** What makes it new; that of an ambient turn, which never ends, is one of a day. */
  private static String until(Per per, Turn turn, Instant now) {
    var day = LocalDate.ofInstant(now, ZoneOffset.UTC);
    var renewed =
        switch (per) {
          case TURN, DAY -> day.plusDays(1);
          case WEEK -> day.with(TemporalAdjusters.next(DayOfWeek.MONDAY));
          case MONTH -> day.with(TemporalAdjusters.firstDayOfNextMonth());
        };
    return per == Per.TURN && !turn.isAmbient()
        ? "go on in a new turn"
        : "wait until " + renewed.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
