package dev.sallyport.identity.dpop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class SharedProofsTest {
  private static final Duration LIFE = Duration.ofSeconds(60);

  private final TestingClock clock = new TestingClock();
  private final TestingDatabase database = newDatabase();
  private final SharedProofs one = new SharedProofs(database.dataSource(), clock);
  private final SharedProofs other = new SharedProofs(database.dataSource(), clock);

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @BeforeEach
  void prepareTables() {
    Migrations.run(database.dataSource(), "identity");
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** ID-34: two processes on one database. */
  @Test
  void knowsWhatWasShownToAnotherProcess() throws Exception {
    assertThat(use(one, "a")).isTrue();
    assertThat(use(one, "a")).isFalse();
    assertThat(use(other, "a")).isFalse();
    assertThat(use(other, "b")).isTrue();
    assertThat(use(one, "b")).isFalse();
  }

  /** ID-34: of many at the same time, one holds. */
  @Test
  void letsOneOfManyHold() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries =
          IntStream.range(0, 40)
              .<Callable<Boolean>>mapToObj(i -> () -> use(i % 2 == 0 ? one : other, "a"))
              .toList();
      int held = 0;
      for (var each : threads.invokeAll(tries)) {
        held += each.get() ? 1 : 0;
      }
      assertThat(held).isEqualTo(1);
    }
  }

  @Test
  void forgetsWhatIsLongOver() throws Exception {
    assertThat(use(one, "a")).isTrue();
    assertThat(use(one, "b")).isTrue();
    clock.advance(LIFE.plusMinutes(4));
    assertThat(use(one, "c")).isTrue();
    assertThat(database.count("identity_used_proof")).isEqualTo(3);

    clock.advance(Duration.ofMinutes(2));
    assertThat(use(other, "d")).isTrue();
    assertThat(database.count("identity_used_proof")).isEqualTo(2);
  }

  /** A clock that was ahead is put right: the next look at what is over is not a year away. */
  @Test
  void forgetsWhatIsOverOnceTheClockWasSetBack() throws Exception {
    assertThat(use(one, "a")).isTrue();
    clock.advance(Duration.ofDays(-365));
    database.execute("UPDATE identity_used_proof SET expires_at = TIMESTAMP '2001-01-01 00:00:00'");

    assertThat(use(one, "b")).isTrue();
    assertThat(database.count("identity_used_proof")).isEqualTo(1);
  }

  @Test
  void saysThatItCannotTellWithoutItsTable() throws Exception {
    database.execute("DROP TABLE identity_used_proof");

    assertThatExceptionOfType(UsedProofs.UnknownException.class).isThrownBy(() -> use(one, "a"));
  }

  /** A proof that holds is over before it is forgotten. */
  @Test
  void holdsNoMoreThanItHasRoomFor() throws Exception {
    var local = new LocalProofs(clock, 2);
    assertThat(use(local, "a")).isTrue();
    assertThat(use(local, "b")).isTrue();
    assertThatExceptionOfType(UsedProofs.UnknownException.class).isThrownBy(() -> use(local, "c"));

    clock.advance(LIFE);
    assertThatExceptionOfType(UsedProofs.UnknownException.class).isThrownBy(() -> use(local, "c"));
    clock.advance(LocalProofs.SWEEP);
    assertThat(use(local, "c")).isTrue();
    assertThat(use(local, "c")).isFalse();
  }

  private boolean use(UsedProofs proofs, String id) throws UsedProofs.UnknownException {
    return proofs.use(id, clock.instant().plus(LIFE));
  }
}
