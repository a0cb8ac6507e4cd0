package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.turn.Turn;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Comparator;

/**
 * What one principal's calls cost in one period: one row.
 *
 * @param period such as {@code day 2026-01-31}; a week and a month go by their first day
 */
record Account(String principal, String period) implements Comparable<Account> {
  static final String TURN = "turn ";
  private static final Comparator<Account> ORDER =
      Comparator.comparing(Account::principal).thenComparing(Account::period);

  /**
   * The account on which a call goes that begins now. It is the agent's, whoever the agent acts
   * for: many users are no way to a larger budget.
   */
  static Account of(Turn turn, Per per, Instant now) {
    var day = LocalDate.ofInstant(now, ZoneOffset.UTC);
    var period =
        switch (per) {
          // An ambient turn never ends: a day of it is taken for a turn.
          case TURN -> TURN + turn.id().value() + (turn.isAmbient() ? " " + day : "");
          case DAY, WEEK, MONTH -> calendar(per, day);
        };
    return new Account(turn.owner().agent().value(), period);
  }

  /** The account of a day, or of the week or the month that it is in. */
  static Account of(PrincipalId principal, Per per, Instant now) {
    return new Account(principal.value(), calendar(per, LocalDate.ofInstant(now, ZoneOffset.UTC)));
  }

  private static String calendar(Per per, LocalDate day) {
    return switch (per) {
      case DAY -> "day " + day;
      case WEEK -> "week " + day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case MONTH -> "month " + day.withDayOfMonth(1);
      case TURN -> throw new IllegalArgumentException("a turn is no time of the calendar");
    };
  }

  @Override
  public int compareTo(Account other) {
    return ORDER.compare(this, other);
  }
}
