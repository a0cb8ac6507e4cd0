package dev.sallyport.identity.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {
  private final TestingClock clock = new TestingClock();
  private final VerifiedTokens tokens = new VerifiedTokens(clock, 3);

  @Test
  void remembersATokenForAMinuteAtMost() {
    remember("a", Duration.ofHours(1));
    clock.advance(Duration.ofSeconds(59));
    assertThat(tokens.find(VerifiedTokens.digest("a"))).isPresent();
    clock.advance(Duration.ofSeconds(1));

    assertThat(tokens.find(VerifiedTokens.digest("a"))).isEmpty();
    assertThat(tokens.find(VerifiedTokens.digest("b"))).isEmpty();
  }

  @Test
  void remembersATokenNoLongerThanItHolds() {
    remember("a", Duration.ofSeconds(10));
    clock.advance(Duration.ofSeconds(10));
    remember("over", Duration.ZERO);

    assertThat(tokens.find(VerifiedTokens.digest("a"))).isEmpty();
    assertThat(tokens.find(VerifiedTokens.digest("over"))).isEmpty();
  }

  /** ID-26. */
  @Test
  void forgetsAllWhenKeysChangeAlsoWhatWasVerifiedByTheOldOnes() {
    remember("a", Duration.ofHours(1));
    var before = tokens.generation();
    tokens.forget();
    tokens.remember(VerifiedTokens.digest("late"), principal(Duration.ofHours(1)), before);

    assertThat(tokens.find(VerifiedTokens.digest("a"))).isEmpty();
    assertThat(tokens.find(VerifiedTokens.digest("late"))).isEmpty();
  }

  @Test
  void neverRemembersMoreThanItHasRoomFor() {
    remember("brief", Duration.ofSeconds(1));
    remember("a", Duration.ofHours(1));
    remember("b", Duration.ofHours(1));
    clock.advance(Duration.ofSeconds(1));
    remember("c", Duration.ofHours(1));
    assertThat(tokens.find(VerifiedTokens.digest("a"))).isPresent();
    assertThat(tokens.size()).isEqualTo(3);

    remember("d", Duration.ofHours(1));
    assertThat(tokens.size()).isEqualTo(1);
    assertThat(tokens.find(VerifiedTokens.digest("d"))).isPresent();
  }

  private void remember(String token, Duration holds) {
    tokens.remember(VerifiedTokens.digest(token), principal(holds), tokens.generation());
  }

  private Principal principal(Duration holds) {
    return new Principal(
        new PrincipalId("spiffe://prod/a"),
        AuthenticationMethod.JWT_SVID,
        "prod",
        clock.instant().plus(holds));
  }
}
