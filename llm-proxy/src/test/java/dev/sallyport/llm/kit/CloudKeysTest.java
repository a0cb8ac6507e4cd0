package dev.sallyport.llm.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.vault.Outgoing;
import dev.sallyport.vault.aws.AwsKeys;
import dev.sallyport.vault.aws.SigV4;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import dev.sallyport.vault.google.GoogleTokens;
import dev.sallyport.vault.google.ServiceAccount;
import dev.sallyport.vault.google.TokenException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clouds want in the place of a secret. */
final class CloudKeysTest {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String ID = "AKIAFAKEFAKEFAKE";
  private static final String SECRET = "a-secret-of-twenty-characters";

  private final TestingClock clock = new TestingClock();
  private final FakeProvider provider = new FakeProvider(0, clock);

  @AfterEach
  void close() throws IOException {
    provider.close();
  }

  @Test
  void givesATokenForASignedAssertionAndLetsItInUntilItEnds() throws Exception {
    try (var egress = new PooledEgressClient(EgressConfig.defaults());
        var caller = new Caller()) {
      provider.wants("nothing");
      var token = new GoogleTokens(egress, clock).token("key", account(""), SCOPE);
      var url = Protagonist.VERTEX.url(provider, "fake/text");
      var asked = Protagonist.VERTEX.asks("fake/text");
      var bearer = Map.of("Authorization", "Bearer " + token);
      assertThat(caller.post(url, bearer, asked).statusCode()).isEqualTo(200);
      clock.advance(Duration.ofHours(1));
      assertThat(caller.post(url, bearer, asked).statusCode()).isEqualTo(401);
      assertThat(caller.post(url, Map.of(), asked).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void givesNoTokenToAnotherAccount() {
    try (var egress = new PooledEgressClient(EgressConfig.defaults())) {
      var tokens = new GoogleTokens(egress, clock);
      assertThatThrownBy(() -> tokens.token("key", account("not-"), SCOPE))
          .isInstanceOf(TokenException.class);
    }
  }

  private ServiceAccount account(String other) {
    var file = provider.serviceAccount().replace("fake@", other + "fake@");
    return ServiceAccount.read(file).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "AKIAFAKEFAKEFAKE,a-secret-of-twenty-characters,bedrock,{},true",
    "AKIAFAKEFAKEFAKE,a-secret-of-twenty-characters,bedrock,[],false",
    "AKIAFAKEFAKEFAKE,another-of-twenty-characters,bedrock,{},false",
    "AKIAOTHEROTHEROT,a-secret-of-twenty-characters,bedrock,{},false",
    "AKIAFAKEFAKEFAKE,a-secret-of-twenty-characters,s3,{},false",
  })
  void takesOnlyWhatIsSignedWithTheKeyForTheService(
      String id, String secret, String service, String sent, boolean good) {
    var keys = new AwsKeys(id, secret, Optional.empty());
    var signed = new SigV4(keys, "us-east-1", service).headers(OUTGOING, Instant.EPOCH);
    var headers = new HashMap<String, String>();
    headers.put("host", OUTGOING.authority());
    headers.put("content-type", "application/json");
    signed.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    var path = OUTGOING.uri().getRawPath();
    var request = new Received("POST", path, headers, sent.getBytes(StandardCharsets.UTF_8));
    if (good) {
      assertThat(AwsSignature.check(request, ID, SECRET)).isEqualTo("us-east-1");
    } else {
      assertThatThrownBy(() -> AwsSignature.check(request, ID, SECRET))
          .isInstanceOf(Objection.class);
    }
  }

  private static final Outgoing OUTGOING =
      new Outgoing() {
        @Override
        public String method() {
          return "POST";
        }

        @Override
        public URI uri() {
          return URI.create("http://127.0.0.1:9/model/fake%2Fa%3A0/converse");
        }

        @Override
        public String authority() {
          return "127.0.0.1:9";
        }

        @Override
        public Optional<String> header(String name) {
          return Optional.of("application/json").filter(_ -> name.equals("Content-Type"));
        }

        @Override
        public byte[] body() {
          return "{}".getBytes(StandardCharsets.UTF_8);
        }
      };
}
