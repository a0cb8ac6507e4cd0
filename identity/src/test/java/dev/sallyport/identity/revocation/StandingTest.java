package dev.sallyport.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class StandingTest {
  private static final Principal CI = FixedTokens.principal("spiffe://prod/agent/ci");
  private static final PrincipalId OTHER = new PrincipalId("spiffe://prod/agent/other");

  /** A second, and what a busy machine takes beside it. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private final TestingClock clock = new TestingClock();
  private final Standing standing = new Standing(clock);
  private final BlockingQueue<Why> cuts = new LinkedBlockingQueue<>();
  private final AtomicReference<Authentication> again =
      new AtomicReference<>(new Authenticated(CI));

  @AfterEach
  void close() {
    standing.close();
  }

  private Attendance enter() {
    return standing.enter(CI, standing.generation(), again::get, cuts::add);
  }

  private Why cut() throws InterruptedException {
    return cuts.poll(20, TimeUnit.SECONDS);
  }

  /** Returns once all that is under way was looked at. */
  private void look() throws InterruptedException {
    var looked = new CountDownLatch(2); // what is under way is looked at in no order
    var later =
        new Object() {
          private Authentication seen() {
            looked.countDown();
            return new Authenticated(CI);
          }
        };
    try (var _ = standing.enter(CI, -1, later::seen, _ -> {})) {
      while (!looked.await(Standing.LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        standing.review();
      }
    }
  }

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.argumentSet("rejected", new Authentication.Rejected("unknown_key")),
        Arguments.argumentSet("no proof at all", new Authentication.Anonymous()),
        Arguments.argumentSet("kept out", new Authentication.Revoked(CI)),
        Arguments.argumentSet(
            "too few scopes", new Authentication.LacksScope(CI, List.of("tools:call"))),
        Arguments.argumentSet(
            "another principal", new Authenticated(FixedTokens.principal(OTHER.value()))),
        Arguments.argumentSet(
            "the same by the word of another",
            new Authenticated(
                new Principal(CI.id(), AuthenticationMethod.JWT_SVID, "dev", Instant.MAX))));
  }

  @ParameterizedTest
  @MethodSource("others")
  void cutsWhatWouldNotBeLetInAsTheSameAfterAChange(Authentication now) throws Exception {
    try (var attendance = enter()) {
      look();
      assertThat(attendance.cancellation().isCancelled()).isFalse();

      again.set(now);
      standing.review();

      assertThat(cut()).isEqualTo(Why.REVOKED);
      assertThat(attendance.cancellation().why()).contains(Why.REVOKED);
      assertThat(standing.size()).isZero();
    }
  }

  /** The change came between the look at the proof and the entry. */
  @Test
  void looksAtOnceAtThoseWhoWereCheckedBeforeAChange() throws Exception {
    long before = standing.generation();
    standing.review();
    again.set(new Authentication.Rejected("unknown_key"));

    try (var _ = standing.enter(CI, before, again::get, cuts::add)) {
      assertThat(cut()).isEqualTo(Why.REVOKED);
    }
  }

  /** ID-31. */
  @Test
  void cutsAtTheEndOfTheProofAndNotBefore() throws Exception {
    var end = clock.instant().plusSeconds(60);
    var principal = new Principal(CI.id(), CI.method(), CI.authority(), end);
    try (var _ = standing.enter(principal, standing.generation(), again::get, cuts::add)) {
      clock.advance(Duration.ofSeconds(60).minusMillis(1));
      look();
      assertThat(cuts).isEmpty();

      clock.advance(Duration.ofMillis(1));
      assertThat(cut()).isEqualTo(Why.EXPIRED);
    }
  }

  /** A proof is taken for as long after its end as clocks may differ, and no longer. */
  @Test
  void leavesThoseWhoCameLateTheToleranceForClocks() throws Exception {
    var principal =
        new Principal(CI.id(), CI.method(), CI.authority(), clock.instant().minusSeconds(1));
    try (var _ = standing.enter(principal, standing.generation(), again::get, cuts::add)) {
      clock.advance(Standing.TOLERANCE.minusMillis(1));
      look();
      assertThat(cuts).isEmpty();

      clock.advance(Duration.ofMillis(1));
      assertThat(cut()).isEqualTo(Why.EXPIRED);
    }
  }

  @Test
  void cutsThoseWhoseProofCannotBeCheckedForTooLong() throws Exception {
    again.set(new Authentication.Unavailable(Duration.ofSeconds(1)));
    try (var _ = enter()) {
      standing.review();
      look();
      clock.advance(Standing.PATIENCE.minusMillis(1));
      look();
      assertThat(cuts).isEmpty();

      clock.advance(Duration.ofMillis(1));
      assertThat(cut()).isEqualTo(Why.REVOKED);
    }
  }

  @Test
  void forgetsThatAProofCouldNotBeCheckedOnceItCan() throws Exception {
    again.set(new Authentication.Unavailable(Duration.ofSeconds(1)));
    try (var _ = enter()) {
      standing.review();
      look();
      again.set(new Authenticated(CI));
      look();
      clock.advance(Standing.PATIENCE.multipliedBy(2));
      look();
      assertThat(cuts).isEmpty();
    }
  }

  @Test
  void endsWhatOutlivesARequestWithItsPrincipalAndNotWithItsProof() throws Exception {
    var ends = new LinkedBlockingQueue<Why>();
    var end = clock.instant().plusSeconds(60);
    var principal = new Principal(CI.id(), CI.method(), CI.authority(), end);
    again.set(new Authenticated(principal));
    try (var attendance = standing.enter(principal, standing.generation(), again::get, cuts::add)) {
      attendance.keep(ends::add);
    }
    clock.advance(Duration.ofSeconds(61));
    look();
    assertThat(ends).isEmpty();

    again.set(new Authentication.Revoked(principal));
    standing.review();

    assertThat(ends.poll(20, TimeUnit.SECONDS)).isEqualTo(Why.REVOKED);
    assertThat(cuts).isEmpty();
  }

  /** On a machine that has the time, nobody stays for a second after the end of the proof. */
  @Test
  void looksAtLeastTwiceInASecond() {
    assertThat(Standing.LOOK).isLessThanOrEqualTo(Duration.ofMillis(500));
  }

  /** CV-19: many at once, none of whom has to wait for another. */
  @Test
  void cutsFiveThousandAtOnce() throws Exception {
    var all = new ArrayList<Attendance>();
    for (int i = 0; i < 5_000; i++) {
      all.add(enter());
    }
    look();
    again.set(new Authentication.Revoked(CI));

    long before = System.nanoTime();
    standing.review();
    for (int i = 0; i < 5_000; i++) {
      assertThat(cut()).isEqualTo(Why.REVOKED);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    assertThat(all).allMatch(each -> each.cancellation().isCancelled());
    assertThat(standing.size()).isZero();
  }
}
