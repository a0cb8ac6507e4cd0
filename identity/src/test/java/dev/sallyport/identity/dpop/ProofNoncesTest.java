package dev.sallyport.identity.dpop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.audit.SigningKeys;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Source: RFC 9449, section 8. */
class ProofNoncesTest {
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final TestingClock clock = new TestingClock();
  private final SigningKeys keys = new TestingSigningKeys();
  private final ProofNonces nonces = ProofNonces.of(keys, WINDOW, clock);

  ProofNoncesTest() {
    clock.advance(
        Duration.ofSeconds(60 - clock.instant().getEpochSecond() % 60)); // a window begins
  }

  @ParameterizedTest
  @CsvSource({"0, true", "59, true", "60, true", "119, true", "120, false", "600, false"})
  void takesANonceInItsWindowAndInTheNext(int seconds, boolean taken) {
    var nonce = nonces.current().orElseThrow();
    clock.advance(Duration.ofSeconds(seconds));

    assertThat(nonces.takes(nonce)).isEqualTo(taken);
  }

  /** The clock of another gateway may be ahead by a window at most. */
  @ParameterizedTest
  @CsvSource({"60, true", "119, true", "120, false"})
  void takesANonceOfAGatewayWhoseClockIsAhead(int seconds, boolean taken) {
    var ahead = new TestingClock();
    ahead.advance(Duration.between(ahead.instant(), clock.instant()).plusSeconds(seconds));
    var nonce = ProofNonces.of(keys, WINDOW, ahead).current().orElseThrow();

    assertThat(nonces.takes(nonce)).isEqualTo(taken);
  }

  @Test
  void givesTheSameOnAllGatewaysOfOneDatabaseAndAnotherInEachWindow() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 100; i++) {
      var nonce = nonces.current().orElseThrow();
      assertThat(ProofNonces.of(keys, WINDOW, clock).current()).contains(nonce);
      assertThat(seen.add(nonce)).isTrue();
      clock.advance(WINDOW);
    }
    assertThat(seen).allMatch(nonce -> nonce.matches("[A-Za-z0-9_-]{22}"));
  }

  @Test
  void takesNoNonceOfAnotherKeyOrOfNoKey() {
    var mine = nonces.current().orElseThrow();
    var others = ProofNonces.of(new TestingSigningKeys(), WINDOW, clock).current().orElseThrow();
    var longer = ProofNonces.of(keys, WINDOW.plusSeconds(1), clock).current().orElseThrow();

    assertThat(nonces.takes(mine)).isTrue();
    for (var nonce :
        new String[] {
          others, longer, "", " ", mine + "=", mine + " ", mine.substring(1), mine + mine, "\u00e9"
        }) {
      assertThat(nonces.takes(nonce)).as(nonce).isFalse();
    }
  }

  @Test
  void asksForNoneWhereItIsOff() {
    assertThat(ProofNonces.off().current()).isEmpty();
    assertThat(ProofNonces.off().areWanted()).isFalse();
    assertThat(ProofNonces.off().takes("")).isFalse();
    assertThatThrownBy(() -> ProofNonces.of(keys, Duration.ofMillis(999), clock))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
