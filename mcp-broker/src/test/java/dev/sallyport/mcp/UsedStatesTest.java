package dev.sallyport.mcp;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R13, R15: what a client carries and may go on with once is used up for every process. */
@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class UsedStatesTest {
  private static final Duration LIFE = Rounds.LIFETIME;

  private final TestingClock clock = new TestingClock();
  private final TestingDatabase database = newDatabase();
  private final UsedStates one = new UsedStates(database.dataSource(), clock);
  private final UsedStates other = new UsedStates(database.dataSource(), clock);

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @BeforeEach
  void prepareTables() {
    Migrations.run(database.dataSource(), "mcp");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void usesEachStateOnceWhicheverProcessItComesTo() {
    assertThat(use(one, "a")).isTrue();
    assertThat(use(one, "a")).isFalse();
    assertThat(use(other, "a")).isFalse();
    assertThat(use(other, "b")).isTrue();
    assertThat(use(one, "b")).isFalse();
  }

  @Test
  void letsOneOfManyAtTheSameTimeGoOn() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries =
          IntStream.range(0, 40)
              .<Callable<Boolean>>mapToObj(i -> () -> use(i % 2 == 0 ? one : other, "a"))
              .toList();
      int used = 0;
      for (var each : threads.invokeAll(tries)) {
        used += each.get() ? 1 : 0;
      }
      assertThat(used).isEqualTo(1);
    }
  }

  /** A state is taken until its end: it is known until then, and forgotten some time after. */
  @Test
  void forgetsWhatIsOverByAnyClock() throws Exception {
    assertThat(use(one, "a")).isTrue();
    assertThat(use(one, "b")).isTrue();
    clock.advance(LIFE.plusMinutes(4));
    assertThat(use(one, "c")).isTrue();
    assertThat(database.count("mcp_used_state")).isEqualTo(3);

    clock.advance(Duration.ofMinutes(2));
    assertThat(use(other, "d")).isTrue();
    assertThat(database.count("mcp_used_state")).isEqualTo(2);
  }

  /** What cannot be written down may have been used before, or may be once more. */
  @Test
  void goesOnWithNothingWhereItCannotBeTold() throws Exception {
    try (var connection = database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE mcp_used_state");
    }

    assertThatThrownBy(() -> use(one, "a")).satisfies(hasCode(RefusalCode.UNAVAILABLE));
  }

  private boolean use(UsedStates states, String digest) {
    return states.use(digest, clock.instant().plus(LIFE));
  }
}
