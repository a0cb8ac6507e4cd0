package dev.sallyport.llm.reasoning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class IssuersTest {
  private static final Issuer ONE = new Issuer("one", Optional.of("key"));
  private static final Issuer OTHER = new Issuer("other", Optional.empty());

  private final TestingClock clock = new TestingClock();
  private final Issuers issuers = new Issuers(clock);

  @Test
  void knowsWhoGaveASealLast() {
    issuers.gave(ONE, Set.of("a", "b"));
    issuers.gave(OTHER, Set.of("b"));

    assertThat(issuers.of("a")).contains(ONE);
    assertThat(issuers.of("b")).contains(OTHER);
    assertThat(issuers.of("c")).isEmpty();
  }

  @Test
  void forgetsWhatIsTooOld() {
    issuers.gave(ONE, Set.of("a"));
    clock.advance(Issuers.KEPT.minusNanos(1));
    assertThat(issuers.of("a")).contains(ONE);
    issuers.gave(ONE, Set.of("b"));
    clock.advance(Duration.ofNanos(1));
    assertThat(issuers.of("a")).isEmpty();
    assertThat(issuers.of("b")).contains(ONE);
  }

  @Test
  void forgetsTheOldestWhereThereAreTooMany() {
    issuers.gave(ONE, Set.of("first"));
    issuers.gave(ONE, Set.of("second"));
    for (int i = 2; i < Issuers.MOST; i++) {
      issuers.gave(OTHER, Set.of("seal-" + i));
    }
    assertThat(issuers.of("first")).contains(ONE);
    issuers.gave(OTHER, Set.of("one more"));
    assertThat(issuers.of("first")).isEmpty();
    assertThat(issuers.of("second")).contains(ONE);
  }
}
