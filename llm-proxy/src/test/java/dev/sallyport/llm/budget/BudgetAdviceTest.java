package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class BudgetAdviceTest {
  /** A Friday. */
  private static final Instant NOW = Instant.parse("2027-12-31T23:59:59Z");

  private static final long LIMIT = 1_234_567;
  private static final Turn TURN = turn("turn_" + "a".repeat(26));

  @ParameterizedTest
  @CsvSource({
    "DAY, this day, ' wait until 2028-01-01T00:00:00Z, or ask'",
    "WEEK, this week, ' wait until 2028-01-03T00:00:00Z, or ask'",
    "MONTH, this month, ' wait until 2028-01-01T00:00:00Z, or ask'",
    "TURN, this turn, ' go on in a new turn, or ask'",
  })
  void saysWhichBudgetAndWhenItRenews(Per per, String which, String when) {
    var refusal = BudgetAdvice.now(List.of(spent(per)), TURN, NOW);

    assertThat(refusal.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
    assertThat(refusal.advice())
        .contains(which, when, "Ask for less output", "ask for a higher budget")
        .doesNotContain("1234567", "1.23");
  }

  @ParameterizedTest
  @CsvSource({
    "DAY, ' wait until 2028-01-01T00:00:00Z or until your other calls have ended, or ask'",
    "TURN, ' go on in a new turn, wait until your other calls have ended, or ask'",
  })
  void saysThatCallsUnderWayHoldWhatIsMissing(Per per, String what) {
    assertThat(BudgetAdvice.now(List.of(held(per)), TURN, NOW).advice()).contains(what);
  }

  static Stream<Arguments> several() {
    return Stream.of(
        Arguments.of(List.of(spent(Per.WEEK), spent(Per.MONTH), spent(Per.TURN)), "this week"),
        Arguments.of(List.of(spent(Per.TURN), spent(Per.DAY)), "this day"),
        Arguments.of(List.of(held(Per.TURN), held(Per.WEEK), held(Per.DAY)), "this week"),
        Arguments.of(List.of(held(Per.WEEK), spent(Per.DAY), held(Per.MONTH)), "this day"));
  }

  /** Of those that are spent, if any are: what is held of others is there again before that. */
  @ParameterizedTest
  @MethodSource("several")
  void saysOfSeveralWhichRenewsLast(List<Unfit> unfit, String which) {
    var advice = BudgetAdvice.now(unfit, TURN, NOW).advice();

    assertThat(advice).contains(which);
    assertThat(advice.contains("your other calls")).isEqualTo(unfit.stream().allMatch(Unfit::held));
  }

  @ParameterizedTest
  @EnumSource(Per.class)
  void tellsNobodyToWaitForABudgetThatIsTooSmall(Per per) {
    var refusal = BudgetAdvice.never(budget(per, LIMIT));

    assertThat(refusal.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
    assertThat(refusal.advice())
        .contains("all of your budget", "Ask for less output")
        .doesNotContain("wait", "1234567", "1.23");
  }

  @ParameterizedTest
  @EnumSource(Per.class)
  void tellsNobodyToAskForLessOfABudgetOfNothing(Per per) {
    var refusal = BudgetAdvice.never(budget(per, 0));

    assertThat(refusal.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
    assertThat(refusal.advice())
        .contains("allows no model to be called", "Ask for a higher budget")
        .doesNotContain("wait", "less output");
  }

  private static Unfit spent(Per per) {
    return new Unfit(budget(per, LIMIT), false);
  }

  private static Unfit held(Per per) {
    return new Unfit(budget(per, LIMIT), true);
  }

  private static Budget budget(Per per, long limit) {
    return new Budget(per, limit, Mode.HARD);
  }

  private static Turn turn(String id) {
    var owner = FixedTokens.principal("spiffe://prod/agent/ci").id();
    return new Turn(new TurnId(id), owner, NOW);
  }
}
