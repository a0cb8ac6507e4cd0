package dev.sallyport.identity.svid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.token.KeySet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustBundleTest {
  private static final SigningKey KEY = SigningKey.ec("good");
  private static final TestingAuthority CA = TestingAuthority.of("prod", TestingClock.START);

  @Test
  void splitsTheKeysOfASpiffeBundleByUseAndPassesOverTheOthers() {
    var bundle =
        TrustBundle.ofSpiffe(
            document(
                with(KEY.publicJson(), "use", "jwt-svid"),
                with(KEY.named("wit").publicJson(), "use", "wit-svid"),
                with(KEY.named("new").publicJson(), "use", "later-svid"),
                with(KEY.named("upper").publicJson(), "use", "JWT-SVID"),
                KEY.named("no-use").publicJson(),
                with(SigningKey.ec("").publicJson(), "use", "jwt-svid"),
                Map.of("kty", "OKP", "crv", "Ed25519", "kid", "okp", "x", "A", "use", "jwt-svid"),
                CA.jwk()));

    assertThat(bundle.jwtKeys().byId()).containsOnlyKeys("good");
    assertThat(bundle.x509Authorities()).containsExactly(CA.certificate());
  }

  @Test
  void readsWhichVersionABundleIsAndWhenItIsToBeFetchedAgain() {
    var bundle =
        TrustBundle.ofSpiffe(
            text("{\"spiffe_sequence\":9007199254740993,\"spiffe_refresh_hint\":60,\"keys\":[]}"));

    assertThat(bundle.sequence()).isEqualTo(OptionalLong.of(9_007_199_254_740_993L));
    assertThat(bundle.refreshHint()).isEqualTo(Optional.of(Duration.ofSeconds(60)));
    assertThat(bundle.isEmpty()).isTrue();
    assertThat(TrustBundle.ofSpiffe(text("{\"keys\":[]}")).sequence()).isEmpty();
  }

  @Test
  void takesTheKeysWithoutAUseOfAPlainJwksButOfNoSpiffeBundle() {
    var plain = document(KEY.publicJson(), with(KEY.named("other").publicJson(), "use", "enc"));
    var spiffe = document(KEY.publicJson(), CA.jwk());

    assertThat(TrustBundle.ofSpiffeOrJwks(plain).jwtKeys().byId()).containsOnlyKeys("good");
    assertThat(TrustBundle.ofSpiffeOrJwks(spiffe).jwtKeys().byId()).isEmpty();
    assertThat(TrustBundle.ofSpiffe(plain).isEmpty()).isTrue();
  }

  @Test
  void takesTheFirstCertificateOfAnEntryOnly() {
    var other = TestingAuthority.of("other", TestingClock.START);
    var two = new LinkedHashMap<>(CA.jwk());
    two.put("x5c", List.of(first(CA), first(other)));

    assertThat(TrustBundle.ofSpiffe(document(two)).x509Authorities())
        .containsExactly(CA.certificate());
  }

  @Test
  void passesOverCertificatesThatMayNotSignAnSvid() {
    var notCa = TestingAuthority.of("a", TestingClock.START, TestingAuthority.newKey(), form -> {});
    var mayNotSign =
        TestingAuthority.of(
            "a",
            TestingClock.START,
            TestingAuthority.newKey(),
            form -> {
              form.add(Extension.basicConstraints, new BasicConstraints(true));
              form.add(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature));
            });
    var bundle =
        TrustBundle.ofSpiffe(
            document(
                notCa.jwk(),
                mayNotSign.jwk(),
                TestingAuthority.jwk(CA.svid("/agent").certificate()),
                with(CA.jwk(), "kid", "named"),
                with(CA.jwk(), "kty", "RSA"),
                with(CA.jwk(), "kty", "AKP"),
                with(CA.jwk(), "x5c", List.of()),
                with(CA.jwk(), "x5c", "text"),
                with(CA.jwk(), "x5c", List.of("MIIB")),
                with(CA.jwk(), "x5c", List.of(first(CA) + first(CA))),
                with(CA.jwk(), "x5c", List.of(first(CA) + "\n!")),
                Map.of("use", "x509-svid", "kty", "EC")));

    assertThat(bundle.x509Authorities()).isEmpty();
  }

  @Test
  void refusesADocumentThatHoldsAPrivateKeyWhateverItsUse() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            TrustBundle.ofSpiffe(
                document(CA.jwk(), with(KEY.pair().toJSONObject(), "use", "wit-svid"))))
        .withMessageContaining("public keys only");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "<html>",
        "null",
        "{\"keys\":[]}<html>",
        "{\"keys\":[]}{\"keys\":[]}",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[],\"spiffe_sequence\":\"1\"}",
        "{\"keys\":[],\"spiffe_sequence\":-1}",
        "{\"keys\":[],\"spiffe_sequence\":1.5}",
        "{\"keys\":[],\"spiffe_sequence\":9223372036854775808}",
        "{\"keys\":[],\"spiffe_sequence\":null}",
        "{\"keys\":[],\"spiffe_refresh_hint\":\"soon\"}"
      })
  void refusesWhatIsNoBundle(String document) {
    assertThatIllegalArgumentException().isThrownBy(() -> TrustBundle.ofSpiffe(text(document)));
  }

  @Test
  void refusesADocumentThatIsTooLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustBundle.ofSpiffe(new byte[KeySet.MAX_BYTES + 1]))
        .withMessageContaining("at most");
  }

  @Test
  void refusesAnEmptyBundleOfAnAdministrator() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustBundle.ofSpiffeOrJwks(text("{\"keys\":[]}")).requireAny())
        .withMessageContaining("at least one public key");
  }

  private static String first(TestingAuthority authority) {
    return Base64.getEncoder().encodeToString(TestingAuthority.der(authority.certificate()));
  }

  private static Map<String, Object> with(Map<String, Object> key, String name, Object value) {
    var json = new LinkedHashMap<>(key);
    json.put(name, value);
    return json;
  }

  private static byte[] document(Map<?, ?>... keys) {
    return text(SigningKey.json(Map.of("keys", List.of(keys))));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
