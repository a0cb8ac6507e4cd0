package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.llm.budget.Spending.Users;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever gateways do with shares, and whatever becomes of their commits. */
final class SharesTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/ci");
  private static final Duration HOLD = Duration.ofMinutes(11);
  private static final int STEPS = 400;

  private final TestingClock clock = new TestingClock();

  /** One gateway, and what is known of it from outside. */
  private static final class Seen {
    private final GatedDataSource database;
    private final Spending spending;
    private final List<Hold> underWay = new ArrayList<>();

    Seen(GatedDataSource database, Spending spending) {
      this.database = database;
      this.spending = spending;
    }

    long held() {
      return underWay.stream().mapToLong(Hold::amount).sum();
    }
  }

  /** R3: never above the limit, never counted twice, nothing stranded. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void spendsExactlyWhatCallsCostAndNeverPassesTheLimit(long seed) throws Exception {
    var random = new Random(seed);
    long limit = random.nextBoolean() ? 20_000 : 1_000;
    try (var database = TestingDatabase.h2()) {
      var gateways = new ArrayList<Seen>();
      for (int i = 0; i < 2; i++) {
        var gated = new GatedDataSource(database.dataSource());
        gateways.add(new Seen(gated, new Spending(gated.dataSource(), Users.MANY, clock, HOLD)));
      }
      long spent = 0;
      for (int step = 0; step < STEPS; step++) {
        var gateway = gateways.get(random.nextInt(2));
        switch (random.nextInt(12)) {
          case 0 -> gateway.database.losesCommits(random.nextBoolean());
          case 1, 2 -> gateway.database.keepsCommits();
          case 3 -> gateway.spending.sweep();
          case 4 -> clock.advance(Duration.ofSeconds(random.nextInt(30)));
          case 5, 6, 7, 8 -> hold(gateway, limit, random.nextInt(40));
          default -> {
            if (!gateway.underWay.isEmpty()) {
              var ended = gateway.underWay.remove(random.nextInt(gateway.underWay.size()));
              long cost = random.nextLong(ended.amount() + 1);
              ended.settle(cost);
              spent += cost;
            }
          }
        }
        assertThat(spent + gateways.get(0).held() + gateways.get(1).held())
            .isLessThanOrEqualTo(limit);
      }
      for (var gateway : gateways) {
        gateway.database.keepsCommits();
        gateway.spending.close();
      }
      assertThat(gateways.getFirst().spending.spentToday(AGENT)).isEqualTo(spent);
      assertThat(gateways.getFirst().spending.heldToday(AGENT))
          .isEqualTo(gateways.get(0).held() + gateways.get(1).held());
    }
  }

  /** More turns than are dealt with at once. */
  @Test
  void givesBackWhatNobodyUsesOfHoweverManyTurns() throws Exception {
    try (var database = TestingDatabase.h2()) {
      var spending = new Spending(database.dataSource(), Users.MANY, clock, HOLD);
      int turns = 1_100;
      for (int i = 0; i < turns; i++) {
        var name =
            "%026d"
                .formatted(i)
                .replace('0', 'a')
                .replace('1', 'b')
                .replace('8', 'c')
                .replace('9', 'd');
        var turn = new Turn(new TurnId("turn_" + name), AGENT, Instant.EPOCH);
        var budgets =
            List.of(
                new Budget(Per.TURN, 6_400, Mode.HARD), new Budget(Per.DAY, 1_000_000, Mode.HARD));
        spending.hold(turn, budgets, 10).settle(3);
      }
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (database.count("llm_share") > 0) {
        assertThat(System.nanoTime() - end).isNegative();
        Thread.onSpinWait();
      }
      assertThat(spending.spentToday(AGENT)).isEqualTo(3L * turns);
      assertThat(spending.heldToday(AGENT)).isZero();
    }
  }

  private static void hold(Seen gateway, long limit, long amount) throws SQLException {
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), AGENT, Instant.EPOCH);
    var budgets = List.of(new Budget(Per.DAY, limit, Mode.HARD));
    try {
      gateway.underWay.add(gateway.spending.hold(turn, budgets, amount));
    } catch (Refusal refusal) {
      assertThat(refusal.code()).isIn(RefusalCode.BUDGET_EXHAUSTED, RefusalCode.UNAVAILABLE);
    }
  }
}
