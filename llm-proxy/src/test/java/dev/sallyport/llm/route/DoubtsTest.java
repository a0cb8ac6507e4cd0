package dev.sallyport.llm.route;

import static dev.sallyport.llm.route.Candidates.candidate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.route.Admission.Shut;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Hint;
import dev.sallyport.llm.spi.Failure.Kind;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a request may be the cause of is held against a credential for its principal alone. */
class DoubtsTest {
  private static final PrincipalId ANN = new PrincipalId("spiffe://prod/agent/ann");
  private static final PrincipalId BEN = new PrincipalId("spiffe://prod/agent/ben");
  private static final PrincipalId CY = new PrincipalId("spiffe://prod/agent/cy");
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final Duration TICK = Duration.ofMillis(1);

  private final TestingClock clock = new TestingClock();
  private final Health health = new Health(clock, RetryRules.DEFAULTS);
  private final Candidate one = candidate("a", "p", "r", 1);

  @ParameterizedTest
  @EnumSource(names = {"FORBIDDEN", "RATE_LIMITED", "PAYMENT"})
  void leavesACredentialToAllOthersWhereOnePrincipalFailsAgainAndAgain(Kind kind) {
    for (int i = 0; i < 50; i++) {
      fail(ANN, kind);
      assertThat(why(BEN)).isEqualTo("admitted");
      assertThat(why(ANN)).isEqualTo("parked_" + kind.label() + "_for_caller");
      clock.advance(PAUSE);
      assertThat(why(ANN)).isEqualTo("admitted");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FORBIDDEN", "RATE_LIMITED", "PAYMENT"})
  void isForAllOnceAnotherPrincipalMeetsTheSameBeforeItsTimeIsOver(Kind kind) {
    fail(ANN, kind);
    clock.advance(PAUSE.minus(TICK));
    fail(BEN, kind);

    assertThat(why(CY)).isEqualTo("parked_" + kind.label());
    assertThat(((Shut) health.admit(one, CY)).failure().retryAfter()).contains(PAUSE);
    clock.advance(PAUSE);
    assertThat(why(CY)).isEqualTo("parked_" + kind.label());
    clock.advance(TICK);
    assertThat(why(CY)).isEqualTo("admitted");
  }

  @ParameterizedTest
  @EnumSource(names = {"FORBIDDEN", "RATE_LIMITED", "PAYMENT"})
  void isForTheOtherAloneWhereTheTimeOfTheFirstIsOver(Kind kind) {
    fail(ANN, kind);
    clock.advance(PAUSE);
    fail(BEN, kind);

    assertThat(why(BEN)).isEqualTo("parked_" + kind.label() + "_for_caller");
    assertThat(why(ANN)).isEqualTo("admitted");
    assertThat(why(CY)).isEqualTo("admitted");
  }

  /** A credential that changed is never looked for again. */
  @Test
  void forgetsADoubtOnceItsTimeIsOver() {
    var doubts = new Doubts(clock);
    assertThat(doubts.confirms(ANN, Kind.PAYMENT, "p/key@1", PAUSE)).isFalse();
    clock.advance(PAUSE.minus(TICK));
    assertThat(doubts.until(ANN, Kind.PAYMENT, "p/key@1")).isPresent();
    clock.advance(TICK);
    assertThat(doubts.until(ANN, Kind.PAYMENT, "p/key@1")).isEmpty();
    assertThat(doubts.isEmpty()).isTrue();

    assertThat(doubts.confirms(ANN, Kind.PAYMENT, "p/key@1", PAUSE)).isFalse();
    clock.advance(PAUSE);
    assertThat(doubts.confirms(BEN, Kind.PAYMENT, "p/key@2", TICK)).isFalse();
    clock.advance(TICK);
    assertThat(doubts.until(BEN, Kind.PAYMENT, "p/key@2")).isEmpty();
    assertThat(doubts.isEmpty()).isTrue();
  }

  @Test
  void doesNotTakeOneFailureForAnother() {
    fail(ANN, Kind.FORBIDDEN);
    fail(BEN, Kind.RATE_LIMITED);

    assertThat(why(ANN)).isEqualTo("parked_forbidden_for_caller");
    assertThat(why(BEN)).isEqualTo("parked_rate_limited_for_caller");
    assertThat(why(CY)).isEqualTo("admitted");
  }

  @Test
  void isOfOneModelWhatIsForbiddenAndOfAllWhatCannotBePaid() {
    fail(ANN, Kind.FORBIDDEN);
    assertThat(why(candidate("b", "p", "r", 1), ANN)).isEqualTo("admitted");
    fail(BEN, Kind.FORBIDDEN);
    assertThat(why(candidate("b", "p", "r", 1), CY)).isEqualTo("admitted");

    clock.advance(PAUSE.plus(TICK));
    fail(ANN, Kind.PAYMENT);
    assertThat(why(candidate("b", "p", "r", 1), ANN)).isEqualTo("parked_payment_for_caller");
    assertThat(why(candidate("b", "p", "r", 2), ANN)).isEqualTo("admitted");
  }

  @Test
  void believesAStatusAtOnceThatACredentialIsNotTakenButNoWords() {
    var hinted =
        new Failure(
            Kind.CREDENTIAL_REJECTED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Hint("incorrect api key", Kind.INVALID_REQUEST)));
    admitted(ANN).failed(hinted);
    assertThat(why(ANN)).isEqualTo("parked_credential_rejected_for_caller");
    assertThat(why(BEN)).isEqualTo("admitted");

    admitted(BEN).failed(Failure.of(Kind.CREDENTIAL_REJECTED));
    assertThat(why(CY)).isEqualTo("parked_credential_rejected");
  }

  /** Else whoever fails on purpose would only have to be the one that asks again. */
  @Test
  void doesNotTakeTheFirstFailureAfterAPauseOfAllForThatOfAll() {
    fail(ANN, Kind.FORBIDDEN);
    fail(BEN, Kind.FORBIDDEN);
    clock.advance(PAUSE.plus(TICK));

    fail(ANN, Kind.FORBIDDEN);

    assertThat(why(ANN)).isEqualTo("parked_forbidden_for_caller");
    admitted(CY).succeeded();
    assertThat(why(BEN)).isEqualTo("admitted");
  }

  @Test
  void asksTheProviderAtMostTwiceInAPauseHoweverManyPrincipalsThereAre() {
    int asked = 0;
    for (int i = 0; i < 40; i++) {
      var who = new PrincipalId("spiffe://prod/agent/" + i % 20);
      if (health.admit(one, who) instanceof Admitted admitted) {
        admitted.failed(failure(Kind.RATE_LIMITED));
        asked++;
      }
    }
    assertThat(asked).isEqualTo(2);
  }

  private void fail(PrincipalId who, Kind kind) {
    admitted(who).failed(failure(kind));
  }

  private static Failure failure(Kind kind) {
    return new Failure(kind, Optional.empty(), Optional.empty(), Optional.of(PAUSE));
  }

  private Admitted admitted(PrincipalId who) {
    return (Admitted) health.admit(one, who);
  }

  private String why(PrincipalId who) {
    return why(one, who);
  }

  private String why(Candidate candidate, PrincipalId who) {
    return Candidates.why(health.admit(candidate, who));
  }
}
