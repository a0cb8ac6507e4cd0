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
    assertThat(tokens.find(Digest.of("a"))).isPresent();
    clock.advance(Duration.ofSeconds(1));

    assertThat(tokens.find(Digest.of("a"))).isEmpty();
    assertThat(tokens.find(Digest.of("b"))).isEmpty();
  }

  @Test
  void remembersATokenNoLongerThanItHolds() {
    remember("a", Duration.ofSeconds(10));
    clock.advance(Duration.ofSeconds(10));
    remember("over", Duration.ZERO);

    assertThat(tokens.find(Digest.of("a"))).isEmpty();
    assertThat(tokens.find(Digest.of("over"))).isEmpty();
  }

  /** ID-26. */
  @Test
  void forgetsAllWhenKeysChangeAlsoWhatWasVerifiedByTheOldOnes() {
    remember("a", Duration.ofHours(1));
    var before = tokens.generation();
    tokens.forget();
    tokens.remember(Digest.of("late"), principal(Duration.ofHours(1)), before);

    assertThat(tokens.find(Digest.of("a"))).isEmpty();
    assertThat(tokens.find(Digest.of("late"))).isEmpty();
  }

  @Test
  void neverRemembersMoreThanItHasRoomFor() {
    remember("brief", Duration.ofSeconds(1));
    remember("a", Duration.ofHours(1));
    remember("b", Duration.ofHours(1));
    clock.advance(Duration.ofSeconds(1));
    remember("c", Duration.ofHours(1));
    assertThat(tokens.find(Digest.of("a"))).isPresent();
    assertThat(tokens.size()).isEqualTo(3);

    remember("d", Duration.ofHours(1));
    assertThat(tokens.size()).isEqualTo(1);
    assertThat(tokens.find(Digest.of("d"))).isPresent();
  }

  /** However many are over, the room that is made is worth the look at all of them. */
  @Test
  void makesRoomForManyAtOnce() {
    var many = new VerifiedTokens(clock, 8);
    remember(many, "brief", Duration.ofSeconds(1));
    for (int i = 0; i < 7; i++) {
      remember(many, "long" + i, Duration.ofHours(1));
    }
    clock.advance(Duration.ofSeconds(1));

    remember(many, "next", Duration.ofHours(1));
    assertThat(many.size()).isEqualTo(1);
  }

  private void remember(String token, Duration holds) {
    remember(tokens, token, holds);
  }

  private void remember(VerifiedTokens in, String token, Duration holds) {
    in.remember(Digest.of(token), principal(holds), in.generation());
  }

  private Principal principal(Duration holds) {
    return new Principal(
        new PrincipalId("spiffe://prod/a"),
        AuthenticationMethod.JWT_SVID,
        "prod",
        clock.instant().plus(holds));
  }
}
