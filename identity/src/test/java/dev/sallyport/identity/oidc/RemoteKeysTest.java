package dev.sallyport.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingIssuer;
import io.helidon.http.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteKeysTest {
  private static final String FIRST = "issuer-1";

  private final TestingClock clock = new TestingClock();
  private final TestingIssuer issuer = new TestingIssuer(clock);
  private final RemoteKeys keys = RemoteKeys.at(issuer.jwksUri().toString(), clock);
  private final AtomicInteger changes = new AtomicInteger();

  @AfterEach
  void stop() {
    keys.close();
    issuer.close();
  }

  @Test
  void fetchesOnceForAllThatItHas() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    assertThat(keys.find(FIRST)).isPresent();

    assertThat(issuer.fetches()).isEqualTo(1);
  }

  @Test
  void followsARotationWithinOneInterval() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    issuer.add(SigningKey.ec("issuer-2"));
    assertThatItCannotTell("issuer-2");
    assertThat(issuer.fetches()).isEqualTo(1);

    clock.advance(RemoteKeys.INTERVAL);

    assertThat(keys.find("issuer-2")).isPresent();
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  @Test
  void tellsOfANameAfterAFetchThatDidNotBringIt() throws Exception {
    assertThat(keys.find("unknown")).isEmpty();
    assertThat(keys.find("unknown")).isEmpty();
    assertThatItCannotTell("other");

    assertThat(issuer.fetches()).isEqualTo(1);
  }

  /** ID-27: a thousand a second, for 20 seconds. */
  @Test
  void fetchesOnceInAnIntervalHoweverManyUnknownNamesAreTried() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    for (int second = 1; second <= 20; second++) {
      clock.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 1_000; i++) {
        tried("unknown-" + second + "-" + i);
        assertThat(keys.find(FIRST)).isPresent();
      }
      assertThat(issuer.fetches()).isEqualTo(1 + second / 5);
    }
  }

  /** ID-27: and a new key right after the flood is taken when the interval is over. */
  @Test
  void takesANewKeyRightAfterAFlood() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    clock.advance(RemoteKeys.INTERVAL);
    for (int i = 0; i < 5_000; i++) {
      tried("unknown-" + i);
    }
    issuer.add(SigningKey.ec("issuer-2"));
    assertThatItCannotTell("issuer-2");

    clock.advance(RemoteKeys.INTERVAL);

    assertThat(keys.find("issuer-2")).isPresent();
  }

  @Test
  void fetchesWhatWasAskedForInVainWithoutAnyRequest() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    issuer.add(SigningKey.ec("issuer-2"));
    assertThatItCannotTell("issuer-2");
    clock.advance(RemoteKeys.INTERVAL);

    var fetched = new CountDownLatch(1);
    keys.listen(fetched::countDown);
    keys.tick();

    assertThat(fetched.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(keys.find("issuer-2")).isPresent();
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  @Test
  void fetchesAheadOfNeedAndSaysThatKeysChanged() throws Exception {
    keys.listen(changes::incrementAndGet);
    assertThat(keys.find(FIRST)).isPresent();
    issuer.add(SigningKey.ec("issuer-2"));
    issuer.remove(FIRST);
    clock.advance(RemoteKeys.FRESH.minusMillis(1));
    keys.tick();
    assertThat(issuer.fetches()).isEqualTo(1);

    clock.advance(Duration.ofMillis(1));
    var fetched = new CountDownLatch(1);
    keys.listen(fetched::countDown);
    keys.tick();

    assertThat(fetched.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(changes).hasValue(0);
    assertThat(keys.find("issuer-2")).isPresent();
    assertThatItCannotTell(FIRST);
  }

  /** ID-28: down. */
  @Test
  void keepsKeysThatItHadForAnHourOfOutage() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    issuer.answer(Status.SERVICE_UNAVAILABLE_503);

    clock.advance(RemoteKeys.OUTAGE.minusMillis(1));
    assertThat(keys.find(FIRST)).isPresent();
    clock.advance(Duration.ofMillis(1));
    assertThatItCannotTell(FIRST);
  }

  /**
   * A clock that was ahead is put right: what was fetched in the future is not fresh until then.
   */
  @Test
  void fetchesAgainOnceTheClockWasSetBack() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    clock.advance(Duration.ofDays(-365));
    var fetched = new CountDownLatch(1);
    keys.listen(fetched::countDown);
    issuer.remove(FIRST);
    issuer.add(SigningKey.ec("issuer-2"));
    keys.tick();

    assertThat(fetched.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatItCannotTell(FIRST);
  }

  @Test
  void doesNotKeepKeysOfTheFutureThroughAnOutage() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    issuer.answer(Status.SERVICE_UNAVAILABLE_503);
    clock.advance(RemoteKeys.OUTAGE.negated().plusMillis(1));
    assertThat(keys.find(FIRST)).isPresent();

    clock.advance(Duration.ofMillis(-1));
    assertThatItCannotTell(FIRST);
  }

  /** ID-26: an issuer without keys has taken them all back. */
  @Test
  void knowsNoKeyOnceTheIssuerPublishesNone() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    issuer.answer(response -> response.send("{\"keys\":[]}"));
    clock.advance(RemoteKeys.FRESH);
    var fetched = new CountDownLatch(1);
    keys.listen(fetched::countDown);
    keys.tick();
    assertThat(fetched.await(10, TimeUnit.SECONDS)).isTrue();

    assertThatItCannotTell(FIRST);
    clock.advance(RemoteKeys.INTERVAL);
    assertThat(keys.find(FIRST)).isEmpty();
  }

  /** ID-28: down from the start, and back. */
  @Test
  void takesTheKeysWhenTheyCanBeHadAgain() throws Exception {
    issuer.answer(Status.INTERNAL_SERVER_ERROR_500);
    assertThatItCannotTell(FIRST);
    issuer.answer(response -> response.send(issuer.jwks()));
    assertThatItCannotTell(FIRST);
    clock.advance(RemoteKeys.INTERVAL);

    assertThat(keys.find(FIRST)).isPresent();
  }

  /** ID-28: HTML, 60 KB, a private key, two keys of one name. */
  @Test
  void takesNothingThatIsNoSetOfPublicKeys() {
    var key = SigningKey.ec("a");
    for (var body :
        new String[] {
          "<html>not keys</html>",
          "{\"keys\":[" + " ".repeat(60 * 1024) + "]}",
          "{\"keys\":[" + key.pair().toJSONString() + "]}",
          "{\"keys\":["
              + SigningKey.json(key.publicJson())
              + ","
              + SigningKey.json(key.publicJson())
              + "]}",
          "[]",
          ""
        }) {
      issuer.answer(response -> response.send(body));
      assertThatItCannotTell("a");
      clock.advance(RemoteKeys.INTERVAL);
    }
  }

  /** ID-28: slow. Known keys serve all the while. */
  @Test
  void isNotHeldUpByAnIssuerThatDoesNotAnswer() throws Exception {
    assertThat(keys.find(FIRST)).isPresent();
    var end = new CountDownLatch(1);
    issuer.answer(response -> {
      try {
        assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      response.send(issuer.jwks());
    });
    clock.advance(RemoteKeys.FRESH);
    keys.tick();

    assertThat(keys.find(FIRST)).isPresent();
    assertThatItCannotTell("issuer-2");
    end.countDown();
  }

  /** ID-28. */
  @Test
  void followsNoRedirectToTheKeys() {
    try (var other = new TestingIssuer(clock)) {
      for (var target : new String[] {other.jwksUri().toString(), "http://169.254.169.254/"}) {
        issuer.answer(
            response -> response.status(Status.FOUND_302).header("Location", target).send());
        assertThatItCannotTell(FIRST);
        clock.advance(RemoteKeys.INTERVAL);
      }
      assertThat(other.fetches()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://idp.example/jwks",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "https://user@idp.example/",
        "https:///jwks",
        "jwks",
        "http://127.0.0.1.evil.example/",
        "://"
      })
  void refusesAnAddressThatIsNotSafe(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteKeys.at(address, clock))
        .withMessageContaining("jwksUri must be");
  }

  private void tried(String kid) {
    try {
      assertThat(keys.find(kid)).isEmpty();
    } catch (KeysUnavailableException _) {
      assertThat(kid).startsWith("unknown");
    }
  }

  private void assertThatItCannotTell(String kid) {
    assertThatExceptionOfType(KeysUnavailableException.class).isThrownBy(() -> keys.find(kid));
  }
}
