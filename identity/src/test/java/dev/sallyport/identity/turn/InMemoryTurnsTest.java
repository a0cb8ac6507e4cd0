package dev.sallyport.identity.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InMemoryTurnsTest {
  private static final Principal ALICE = FixedTokens.principal("spiffe://prod/agent/alice");
  private static final Principal BOB = FixedTokens.principal("spiffe://prod/agent/bob");

  private final TestingClock clock = new TestingClock();
  private final List<Turn> ended = new ArrayList<>();
  private final InMemoryTurns turns =
      new InMemoryTurns(clock, new TurnLimits(Duration.ofHours(1), 2, 4), ended::add);

  @Test
  void givesAPrincipalItsOneAmbientTurnWhereNoneIsNamed() {
    var first = turns.find(ALICE, Optional.empty());
    clock.advance(Duration.ofDays(30));
    turns.expire();

    assertThat(first).isPresent();
    assertThat(turns.find(ALICE, Optional.empty())).isEqualTo(first);
    assertThat(turns.find(BOB, Optional.empty())).isNotEqualTo(first);
    assertThat(ended).isEmpty();
  }

  @Test
  void findsATurnByTheNameThatItGaveOut() {
    var turn = turns.begin(ALICE);
    var ambient = turns.find(ALICE, Optional.empty()).orElseThrow();

    assertThat(turns.find(ALICE, Optional.of(turn.id().value()))).contains(turn);
    assertThat(turns.find(ALICE, Optional.of(ambient.id().value()))).contains(ambient);
    assertThat(turn).isNotEqualTo(ambient);
  }

  @Test
  void beginsATurnForWhoeverAsksForANewOne() {
    var first = turns.find(ALICE, Optional.of(Turns.NEW)).orElseThrow();
    var second = turns.find(ALICE, Optional.of(Turns.NEW)).orElseThrow();

    assertThat(first).isNotEqualTo(second);
    assertThat(turns.find(ALICE, Optional.of(first.id().value()))).contains(first);
    assertThat(turns.find(BOB, Optional.of(first.id().value()))).isEmpty();
  }

  /** ID-44, AZ-17. */
  @Test
  void keepsWhatAnAgentHasForOneUserFromItselfAndFromOtherUsers() {
    var alone = FixedTokens.principal("spiffe://prod/agent/a");
    var forAnn = FixedTokens.principal("spiffe://prod/agent/a", "oidc://corp/ann");
    var forBen = FixedTokens.principal("spiffe://prod/agent/a", "oidc://corp/ben");
    var ambient = turns.find(forAnn, Optional.empty()).orElseThrow();
    var begun = turns.begin(forAnn);

    for (var other : List.of(alone, forBen)) {
      assertThat(turns.find(other, Optional.empty())).isPresent().get().isNotEqualTo(ambient);
      assertThat(turns.find(other, Optional.of(ambient.id().value()))).isEmpty();
      assertThat(turns.find(other, Optional.of(begun.id().value()))).isEmpty();
    }
    assertThat(turns.find(forAnn, Optional.empty())).contains(ambient);
  }

  /** ID-44. */
  @Test
  void doesNotFindTheTurnOfAnotherPrincipal() {
    var begun = turns.begin(ALICE);
    var ambient = turns.find(ALICE, Optional.empty()).orElseThrow();

    assertThat(turns.find(BOB, Optional.of(begun.id().value()))).isEmpty();
    assertThat(turns.find(BOB, Optional.of(ambient.id().value()))).isEmpty();
  }

  @Test
  void doesNotFindATurnThatItNeverGaveOut() {
    for (var invented :
        List.of("", "turn_", "turn_" + "a".repeat(26), "TURN_" + "a".repeat(26), "x", "turn_\n")) {
      assertThat(turns.find(ALICE, Optional.of(invented))).as(invented).isEmpty();
    }
  }

  @Test
  void endsATurnThatWasIdleForTooLongAndSaysSo() {
    var turn = turns.begin(ALICE);
    var named = Optional.of(turn.id().value());
    clock.advance(Duration.ofMinutes(59));
    assertThat(turns.find(ALICE, named)).contains(turn);
    clock.advance(Duration.ofMinutes(59));
    assertThat(turns.find(ALICE, named)).contains(turn);
    clock.advance(Duration.ofMinutes(60));

    assertThat(turns.find(ALICE, named)).isEmpty();
    turns.expire();
    assertThat(ended).containsExactly(turn);
    assertThat(turns.size()).isZero();
  }

  @Test
  void endsThePrincipalsLongestUnusedTurnWhereItWouldHaveTooMany() {
    var first = turns.begin(ALICE);
    clock.advance(Duration.ofSeconds(1));
    var second = turns.begin(ALICE);
    clock.advance(Duration.ofSeconds(1));
    assertThat(turns.find(ALICE, Optional.of(first.id().value()))).contains(first);
    turns.begin(ALICE);

    assertThat(ended).containsExactly(second);
    assertThat(turns.find(ALICE, Optional.of(second.id().value()))).isEmpty();
  }

  @Test
  void endsABegunTurnBeforeAnAmbientOneWhereThereWouldBeTooManyInAll() {
    turns.find(ALICE, Optional.empty());
    turns.find(BOB, Optional.empty());
    clock.advance(Duration.ofSeconds(1));
    var begun = turns.begin(ALICE);
    clock.advance(Duration.ofSeconds(1));
    turns.begin(BOB);
    turns.find(FixedTokens.principal("spiffe://prod/agent/carol"), Optional.empty());

    assertThat(ended).containsExactly(begun);
    assertThat(turns.size()).isEqualTo(4);
  }

  @Test
  void refusesLimitsThatLeaveNoRoom() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TurnLimits(Duration.ZERO, 1, 1))
        .withMessageContaining("idle");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TurnLimits(Duration.ofHours(1), 0, 1))
        .withMessageContaining("perPrincipal");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TurnLimits(Duration.ofHours(1), 1, 0))
        .withMessageContaining("total");
  }
}
