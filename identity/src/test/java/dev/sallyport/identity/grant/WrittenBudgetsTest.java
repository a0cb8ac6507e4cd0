package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrittenBudgetsTest {
  private static final String WHO = "'identity': {'workload': 'spiffe://prod/agent/a'}";

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.0, 0",
    "75, 75000000",
    "75.10, 75100000",
    "0.000001, 1",
    "0.1, 100000",
    "1e2, 100000000",
    "1000000000, 1000000000000000",
    "'\"0.50\"', 500000",
    "'\"75\"', 75000000",
    "'\"1000000000.000000\"', 1000000000000000",
    "-0.0, 0"
  })
  void readsABudgetExactly(String written, long microUsd) {
    var spec =
        "{%s, 'models': {'allow': ['a'], 'budget': {'daily_usd': %s}}}".formatted(WHO, written);
    var policy =
        compile(policy("p", spec)).policyOf(new PrincipalId("spiffe://prod/agent/a")).orElseThrow();

    assertThat(policy.budgets()).containsExactly(new Budget(Per.DAY, microUsd, Mode.HARD));
  }

  @Test
  void readsABudgetOfATurnAndOfEachPeriod() {
    var spec =
        ("{%s, 'models': {'allow': ['a'], 'budget': {'monthly_usd': 4, 'weekly_usd': 3,"
                + " 'daily_usd': 2, 'turn_usd': '0.5', 'mode': 'adaptive'}}}")
            .formatted(WHO);
    var policy =
        compile(policy("p", spec)).policyOf(new PrincipalId("spiffe://prod/agent/a")).orElseThrow();

    assertThat(policy.budgets()).allMatch(one -> one.mode() == Mode.ADAPTIVE);
    assertThat(policy.budgets())
        .extracting(Budget::microUsd)
        .containsExactly(500_000L, 2_000_000L, 3_000_000L, 4_000_000L);
  }
}
