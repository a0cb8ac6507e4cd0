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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class BudgetAdviceTest {
  /** A Friday. */
  private static final Instant NOW = Instant.parse("2027-12-31T23:59:59Z");

  private static final long LIMIT = 1_234_567;

  @ParameterizedTest
  @CsvSource({
    "DAY, this day, wait until 2028-01-01T00:00:00Z",
    "WEEK, this week, wait until 2028-01-03T00:00:00Z",
    "MONTH, this month, wait until 2028-01-01T00:00:00Z",
    "TURN, this turn, go on in a new turn",
  })
  void saysWhichBudgetAndWhenItRenews(Per per, String which, String when) {
    var refusal = BudgetAdvice.now(budget(per), turn("turn_" + "a".repeat(26)), NOW);

    assertThat(refusal.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
    assertThat(refusal.advice())
        .contains(which, when, "Ask for less output", "ask for a higher budget")
        .doesNotContain("1234567", "1.23");
  }

  @ParameterizedTest
  @EnumSource(Per.class)
  void tellsNobodyToWaitForABudgetThatIsTooSmall(Per per) {
    var refusal = BudgetAdvice.never(budget(per));

    assertThat(refusal.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
    assertThat(refusal.advice())
        .contains("all of your budget", "Ask for less output")
        .doesNotContain("wait", "1234567", "1.23");
  }

  private static Budget budget(Per per) {
    return new Budget(per, LIMIT, Mode.HARD);
  }

  private static Turn turn(String id) {
    var owner = FixedTokens.principal("spiffe://prod/agent/ci").id();
    return new Turn(new TurnId(id), owner, NOW);
  }
}
