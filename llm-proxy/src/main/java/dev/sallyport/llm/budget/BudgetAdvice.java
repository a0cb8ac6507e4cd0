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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Says which budget does not allow a call, when it renews, and what to do; never how much it is.
 */
final class BudgetAdvice {
  private BudgetAdvice() {}

  /** Of a budget that is smaller than what a call could cost, however much of it is left. */
  static Refusal never(Budget budget) {
    var period = word(budget.per());
    if (budget.microUsd() == 0) {
      return refusal(
          "Your budget of a %s allows no model to be called. Ask for a higher budget."
              .formatted(period));
    }
    return refusal(
        "This call could cost more than all of your budget of a %s. Ask for less output, or ask for a higher budget."
            .formatted(period));
  }

  /**
   * Of budgets of which too little is left: of that which is so the longest.
   *
   * @param unfit at least one
   */
  static Refusal now(List<Unfit> unfit, Turn turn, Instant now) {
    var longest =
        Collections.max(
            unfit,
            Comparator.comparing((Unfit one) -> !one.held())
                .thenComparing(one -> renewal(one.budget().per(), turn, now)));
    return refusal(
        "What is left of your budget of this %s does not cover what this call could cost. Ask for less output, %s, or ask for a higher budget."
            .formatted(word(longest.budget().per()), until(longest, turn, now)));
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

  /** What makes it new, or gives back what is held of it. */
  private static String until(Unfit unfit, Turn turn, Instant now) {
    var per = unfit.budget().per();
    if (isOfOneTurn(per, turn)) {
      return "go on in a new turn"
          + (unfit.held() ? ", wait until your other calls have ended" : "");
    }
    return "wait until "
        + renewal(per, turn, now)
        + (unfit.held() ? " or until your other calls have ended" : "");
  }

  /** An ambient turn never ends: its budget is one of a day. */
  private static boolean isOfOneTurn(Per per, Turn turn) {
    return per == Per.TURN && !turn.isAmbient();
  }

  /** When it is new; that of a turn is with any next turn. */
  private static Instant renewal(Per per, Turn turn, Instant now) {
    if (isOfOneTurn(per, turn)) {
      return now;
    }
    var day = LocalDate.ofInstant(now, ZoneOffset.UTC);
    var renewed =
        switch (per) {
          case TURN, DAY -> day.plusDays(1);
          case WEEK -> day.with(TemporalAdjusters.next(DayOfWeek.MONDAY));
          case MONTH -> day.with(TemporalAdjusters.firstDayOfNextMonth());
        };
    return renewed.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
