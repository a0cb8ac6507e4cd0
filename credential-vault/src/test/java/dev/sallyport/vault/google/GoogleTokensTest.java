package dev.sallyport.vault.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import dev.sallyport.vault.testing.TestingTokenEndpoint;
import dev.sallyport.vault.testing.TestingUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoogleTokensTest {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final Duration LIFE = Duration.ofHours(1);

  private final TestingClock clock = new TestingClock();
  private final PooledEgressClient egress = new PooledEgressClient(EgressConfig.defaults());
  private final GoogleTokens tokens = new GoogleTokens(egress, clock);

  @AfterEach
  void close() {
    egress.close();
  }

  @Test
  void signsWhoAsksForWhatAndUntilWhen() throws Exception {
    try (var endpoint = new TestingTokenEndpoint()) {
      assertThat(token(endpoint)).startsWith("ya29.token-number-1");
      assertThat(endpoint.part(0))
          .isEqualTo("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"0123456789abcdef\"}");
      assertThat(endpoint.part(1))
          .isEqualTo(
              "{\"iss\":\"sallyport@example.iam.gserviceaccount.com\",\"scope\":\"%s\",\"aud\":\"%s\","
                      .formatted(SCOPE, endpoint.uri())
                  + "\"iat\":1795262400,\"exp\":1795266000}");
    }
  }

  @Test
  void keepsATokenUntilShortlyBeforeItsEnd() throws Exception {
    try (var endpoint = new TestingTokenEndpoint()) {
      var first = token(endpoint);
      clock.advance(LIFE.minus(GoogleTokens.AHEAD).minus(GoogleTokens.LAST).minusSeconds(1));
      assertThat(token(endpoint)).isEqualTo(first);
      assertThat(endpoint.asked()).isEqualTo(1);
    }
  }

  @Test
  void givesTheOldTokenWhileItFetchesTheNext() throws Exception {
    var go = new CountDownLatch(1);
    var said = new ArrayList<Integer>();
    try (var endpoint =
        new TestingTokenEndpoint(_ -> {
          said.add(said.size());
          if (said.size() > 1) {
            awaited(go);
          }
          return TestingUpstream.json(
              "{\"access_token\":\"ya29.number-%d\",\"expires_in\":3600}".formatted(said.size()));
        })) {
      assertThat(token(endpoint)).isEqualTo("ya29.number-1");
      clock.advance(LIFE.minus(GoogleTokens.AHEAD).minus(GoogleTokens.LAST));
      assertThat(token(endpoint)).isEqualTo("ya29.number-1");
      assertThat(token(endpoint)).isEqualTo("ya29.number-1");
      go.countDown();
      clock.advance(GoogleTokens.AHEAD);
      assertThat(token(endpoint)).isEqualTo("ya29.number-2");
      assertThat(said).hasSize(2);
    }
  }

  /** CV-15, within one gateway: each has tokens of its own, and none ends another's. */
  @Test
  void fetchesOneTokenForAllWhoWait() throws Exception {
    try (var endpoint = new TestingTokenEndpoint();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> one = () -> token(endpoint);
      var given = threads.invokeAll(Collections.nCopies(50, one));
      for (var token : given) {
        assertThat(token.get()).startsWith("ya29.token-number-1.");
      }
      assertThat(endpoint.asked()).isEqualTo(1);
    }
  }

  @Test
  void asksAgainOnlyAWhileAfterItFailed() throws Exception {
    try (var endpoint = new TestingTokenEndpoint(_ -> TestingUpstream.answer(503, "a/b", "x"))) {
      assertThatThrownBy(() -> token(endpoint)).isInstanceOf(TokenException.class);
      clock.advance(GoogleTokens.PAUSE.minusMillis(1));
      assertThatThrownBy(() -> token(endpoint)).isInstanceOf(TokenException.class);
      assertThat(endpoint.asked()).isEqualTo(1);
      clock.advance(Duration.ofMillis(1));
      assertThatThrownBy(() -> token(endpoint)).isInstanceOf(TokenException.class);
      assertThat(endpoint.asked()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | {}
          200 | []
          200 | not JSON
          200 | {"access_token":"ya29.token"}
          200 | {"access_token":"ya29.token","expires_in":30}
          200 | {"access_token":"short","expires_in":3600}
          200 | {"access_token":"two words","expires_in":3600}
          200 | {"access_token":"line\\nend-token","expires_in":3600}
          201 | {"access_token":"ya29.token","expires_in":3600}
          302 | {"access_token":"ya29.token","expires_in":3600}
          400 | {"error":"invalid_grant"}
          """)
  void lendsNothingThatIsNoToken(int status, String body) throws Exception {
    try (var endpoint =
        new TestingTokenEndpoint(_ -> TestingUpstream.answer(status, "application/json", body))) {
      assertThatThrownBy(() -> token(endpoint)).isInstanceOf(TokenException.class);
    }
  }

  @Test
  void takesATokenThatHoldsForAMomentMore() throws Exception {
    try (var endpoint =
        new TestingTokenEndpoint(
            _ -> TestingUpstream.json("{\"access_token\":\"ya29.token\",\"expires_in\":31}"))) {
      assertThat(token(endpoint)).isEqualTo("ya29.token");
    }
  }

  @Test
  void forgetsTheTokensOfCredentialsThatAreGone() throws Exception {
    try (var endpoint = new TestingTokenEndpoint()) {
      var first = token(endpoint);
      tokens.retain(Set.of("google"));
      assertThat(token(endpoint)).isEqualTo(first);
      tokens.retain(Set.of());
      assertThat(token(endpoint)).isNotEqualTo(first);
    }
  }

  @Test
  void asksNoMetadataService() {
    try (var endpoint = new TestingTokenEndpoint()) {
      var account =
          ServiceAccount.read(
                  endpoint.account().replace(endpoint.uri().toString(), "https://169.254.169.254/"))
              .orElseThrow();

      assertThatThrownBy(() -> tokens.token("google", account, SCOPE))
          .isInstanceOf(TokenException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://tokens.example.com/token",
        "ftp://127.0.0.1/token",
        "https://user:password@example.com/",
        "token",
        "ht tp:",
        ""
      })
  void sendsSignaturesToNoPlaceWhereTheyCouldBeRead(String address) {
    try (var endpoint = new TestingTokenEndpoint()) {
      var value = endpoint.account().replace(endpoint.uri().toString(), address);

      assertThatThrownBy(() -> ServiceAccount.read(value))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{\"client_email\":\"a@b\",\"token_uri\":\"https://a.example/\",\"private_key\":\"canary\"}",
        "{\"client_email\":\"a@b\",\"token_uri\":\"https://a.example/\",\"private_key\":"
            + "\"-----BEGIN PRIVATE KEY-----\\ncanary\\n-----END PRIVATE KEY-----\"}"
      })
  void refusesAnObjectThatIsNoKeyWithoutSayingWhatItHolds(String value) {
    assertThatThrownBy(() -> ServiceAccount.read(value))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("canary");
  }

  private String token(TestingTokenEndpoint endpoint) throws TokenException {
    return tokens.token("google", ServiceAccount.read(endpoint.account()).orElseThrow(), SCOPE);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
