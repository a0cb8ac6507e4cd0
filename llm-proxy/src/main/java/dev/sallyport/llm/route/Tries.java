package dev.sallyport.llm.route;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.llm.spi.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The attempts of one call: at most so many and for so long, whoever is asked. For one thread. */
public final class Tries {
  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofMillis(250);

  private final RetryRules rules;
  private final RetryBudget budget;
  private final Pause pause;
  private final RandomGenerator random;
  private final long deadline;
  private int made;
  private Optional<Failure> failed = Optional.empty();

  Tries(RetryRules rules, RetryBudget budget, Pause pause, RandomGenerator random, long deadline) {
    this.rules = rules;
    this.budget = budget;
    this.pause = pause;
    this.random = random;
    this.deadline = deadline;
  }

  /** When the call is to be over, by {@link System#nanoTime}. */
  public long deadline() {
    return deadline;
  }

  /** How much time is left; not positive when there is none. */
  public Duration remaining() {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  /** How many attempts there may be in all. */
  public int most() {
    return rules.mostAttempts();
  }

  /** Whether there may be one more attempt. */
  public boolean isLeft() {
    return made < rules.mostAttempts() && remaining().isPositive();
  }

  /** Begins with another alias. */
  public void turn() {
    failed = Optional.empty();
  }

  /** Says that nobody behind the alias answered. */
  public void failed(Failure failure) {
    failed = Optional.of(failure);
  }

  /** Why nobody behind the alias answered; empty if that was not the reason. */
  public Optional<Failure> failure() {
    return failed;
  }

  /** Counts one attempt. */
  public void count() {
    made++;
  }

  /** Waits a little before the same is asked once more, if it may be. */
  public boolean again(Cancellation cancellation) {
    return after(jitter(), cancellation);
  }

  /** Waits as long as was asked for before the same is asked once more, if it may be. */
  public boolean later(Duration wanted, Cancellation cancellation) {
    return wanted.compareTo(rules.patience()) <= 0 && after(wanted.plus(jitter()), cancellation);
  }

  /** So that those who failed together do not come back together. */
  private Duration jitter() {
    return SHORTEST.plusMillis(random.nextLong(LONGEST.minus(SHORTEST).toMillis() + 1));
  }

  private boolean after(Duration wait, Cancellation cancellation) {
    if (made >= rules.mostAttempts() || wait.compareTo(remaining()) >= 0 || !budget.take()) {
      return false;
    }
    try {
      return cancellation.during(() -> {
        pause.of(wait);
        return true;
      });
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
