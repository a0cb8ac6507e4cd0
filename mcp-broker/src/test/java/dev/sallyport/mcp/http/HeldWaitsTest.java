package dev.sallyport.mcp.http;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.http.HeldWaits.Again;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R13: how long a request that is held waits here, and what ends that. */
@Timeout(60)
class HeldWaitsTest {
  private static final Owner ALICE = TestingBroker.ALICE.owner();
  private static final Owner BOB = TestingBroker.BOB.owner();
  private static final CallId APPROVAL = new CallId("approval");
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Optional<Again> AGAIN = Optional.of(new Again(APPROVAL, false));

  private final Cancellation cancellation = new Cancellation();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger awaited = new AtomicInteger();
  private volatile boolean withdrawn;

  @Test
  void waitsForNothingIfTheRequestWasNotHeld() {
    var waits = new HeldWaits(deciding(() -> true), LONG);

    assertThatThrownBy(() -> waits.answer(ALICE, Optional.empty(), cancellation, this::held))
        .isInstanceOf(Refusal.class);

    assertThat(asked).hasValue(1);
    assertThat(awaited).hasValue(0);
  }

  @Test
  void hasTheClientComeAgainOnceItHasWaitedLongEnough() {
    var waits = new HeldWaits(deciding(() -> false), Duration.ofMillis(1));

    assertThatThrownBy(() -> waits.answer(ALICE, AGAIN, cancellation, this::held))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.approval().orElseThrow().id()).isEqualTo(APPROVAL));

    assertThat(asked).hasValue(1);
    assertThat(awaited).hasPositiveValue();
  }

  @Test
  void makesTheRequestOnceMoreWhenItWasDecided() {
    var waits = new HeldWaits(deciding(() -> true), LONG);

    var answer =
        waits.answer(
            ALICE,
            AGAIN,
            cancellation,
            () -> awaited.get() == 0 ? held() : new ServerAnswer.Result(Json.object()));

    assertThat(answer).isInstanceOf(ServerAnswer.Result.class);
    assertThat(awaited).hasValue(1);
  }

  @Test
  void doesNotWaitForWhatTheRequestIsHeldForAnew() {
    var waits = new HeldWaits(deciding(() -> true), LONG);
    var other = Optional.of(new Again(new CallId("another"), false));

    assertThatThrownBy(() -> waits.answer(ALICE, other, cancellation, this::held))
        .isInstanceOf(Refusal.class);

    assertThat(awaited).hasValue(0);
  }

  @Test
  void givesUpWithTheClient() {
    var waits =
        new HeldWaits(
            deciding(() -> {
              cancellation.cancel();
              return false;
            }),
            LONG);

    assertThat(waits.answer(ALICE, AGAIN, cancellation, this::held))
        .isEqualTo(new ServerAnswer.Cancelled(Cancellation.Why.CALLER_LEFT));

    assertThat(asked).hasValue(1);
  }

  @Test
  void waitsForNothingOnceItIsClosed() {
    var waits = new HeldWaits(deciding(() -> false), LONG);
    waits.close();

    assertThat(waits.isDecided(ALICE, APPROVAL, cancellation)).isFalse();

    assertThat(awaited).hasValue(0);
  }

  @Test
  void letsNoMoreOfOneCallerWaitThanTheBound() throws Exception {
    var inside = new CountDownLatch(HeldWaits.MOST_OF_ONE);
    var decided = new CountDownLatch(1);
    var waits = decidedOnce(decided, inside);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < HeldWaits.MOST_OF_ONE; i++) {
        var _ = threads.submit(() -> waits.isDecided(ALICE, APPROVAL, cancellation));
      }
      inside.await();

      assertThat(waits.isDecided(ALICE, APPROVAL, cancellation)).isFalse();

      decided.countDown();
      assertThat(waits.isDecided(BOB, APPROVAL, cancellation)).isTrue();
    }
    assertThat(waits.isDecided(ALICE, APPROVAL, cancellation)).isTrue();
  }

  @Test
  void hasAnOlderRequestComeAgainOnceANewerOneWaitsForTheSame() throws Exception {
    var inside = new CountDownLatch(1);
    var decided = new CountDownLatch(1);
    var waits = decidedOnce(decided, inside);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var older = threads.submit(() -> waits.answer(ALICE, AGAIN, cancellation, this::held));
      inside.await();

      var newer =
          waits.answer(
              ALICE,
              AGAIN,
              new Cancellation(),
              () -> {
                if (decided.getCount() > 0) {
                  decided.countDown();
                  throw awaiting();
                }
                return new ServerAnswer.Result(Json.object());
              });

      assertThat(newer).isInstanceOf(ServerAnswer.Result.class);
      assertThatThrownBy(older::get)
          .cause()
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.APPROVAL_REQUIRED));
      assertThat(asked).as("by the older").hasValue(1);
    }
  }

  @Test
  void doesNotMakeARequestAgainThatWasWithdrawnMeanwhile() {
    var waits =
        new HeldWaits(
            deciding(() -> {
              withdrawn = true;
              return true;
            }),
            LONG);

    assertThatThrownBy(() -> waits.answer(ALICE, AGAIN, cancellation, this::held))
        .satisfies(hasCode(RefusalCode.APPROVAL_WITHDRAWN));

    assertThat(asked).hasValue(1);
  }

  @Test
  void makesNoRequestAgainThatWasWithdrawnBefore() {
    withdrawn = true;
    var waits = new HeldWaits(deciding(() -> true), LONG);

    assertThatThrownBy(() -> waits.answer(ALICE, AGAIN, cancellation, this::held))
        .satisfies(hasCode(RefusalCode.APPROVAL_WITHDRAWN));

    assertThat(asked).hasValue(0);
  }

  /** Those that wait until it is decided, and say that they are inside. */
  private HeldWaits decidedOnce(CountDownLatch decided, CountDownLatch inside) {
    return new HeldWaits(
        deciding(() -> {
          inside.countDown();
          decided.await();
          return true;
        }),
        LONG);
  }

  private ServerAnswer held() {
    asked.incrementAndGet();
    throw awaiting();
  }

  private static Refusal awaiting() {
    return Refusal.awaiting(
        new Approvals.Answer.Waiting(APPROVAL, Instant.EPOCH, Duration.ofSeconds(5)));
  }

  private interface Decision {
    boolean isMade() throws InterruptedException;
  }

  private Approvals deciding(Decision decision) {
    return new Approvals() {
      @Override
      public Answer redeem(CallId attempt, Action action, Held held, Gate gate) {
        throw new AssertionError("nothing is redeemed here");
      }

      @Override
      public boolean awaitDecision(CallId id, Duration longest) throws InterruptedException {
        awaited.incrementAndGet();
        return decision.isMade();
      }

      @Override
      public boolean isWithdrawn(CallId id) {
        return withdrawn;
      }
    };
  }
}
