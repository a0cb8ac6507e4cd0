package dev.sallyport.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.jwk.Curve;
import dev.sallyport.identity.testing.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetTest {
  private static final SigningKey KEY = SigningKey.ec("good");

  @Test
  void takesTheKeysForSignaturesOfAnIssuer() {
    var document =
        document(
            KEY.publicJson(),
            with(KEY.named("signs"), "use", "sig"),
            with(KEY.named("encrypts"), "use", "enc"));

    assertThat(KeySet.ofIssuer(document).byId()).containsOnlyKeys("good", "signs");
  }

  @Test
  void passesOverKeysThatItDoesNotKnow() {
    var document =
        document(
            KEY.publicJson(),
            Map.of("kty", "OKP", "crv", "Ed25519", "kid", "okp", "x", "AAAA"),
            Map.of("kty", "AKP", "kid", "later"),
            Map.of("kty", "EC", "crv", "P-192", "kid", "p192", "x", "AA", "y", "AA"),
            Map.of("kty", "EC", "kid", "broken"),
            Map.of("kid", "nothing"),
            Map.of("kty", "EC"),
            with(SigningKey.ec("secp", Curve.P_256), "kid", " "));

    assertThat(KeySet.ofIssuer(document).byId()).containsOnlyKeys("good");
  }

  @Test
  void refusesADocumentThatHoldsAPrivateOrASecretKey() {
    for (var leaked :
        List.of(
            KEY.pair().toJSONObject(),
            SigningKey.rsa("rsa", 2048).pair().toJSONObject(),
            Map.<String, Object>of("kty", "oct", "kid", "mac", "k", "AAAA"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> KeySet.ofIssuer(document(KEY.named("other").publicJson(), leaked)))
          .withMessageContaining("public keys only");
    }
  }

  @Test
  void refusesTwoKeysOfOneName() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> KeySet.ofIssuer(document(KEY.publicJson(), SigningKey.ec("good").publicJson())))
        .withMessageContaining("two keys alike");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"keys\":{}}", "<html>", "null"})
  void refusesWhatIsNoDocumentWithKeys(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeySet.ofIssuer(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void mayBeEmptyButNotWhereOneIsWanted() {
    var none = KeySet.ofIssuer(document());

    assertThat(none.isEmpty()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(none::requireAny)
        .withMessageContaining("at least one public key");
  }

  @Test
  void refusesADocumentThatIsTooLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeySet.ofIssuer(new byte[KeySet.MAX_BYTES + 1]))
        .withMessageContaining("at most");
  }

  private static Map<String, Object> with(SigningKey key, String name, String value) {
    var json = new LinkedHashMap<String, Object>(key.publicJson());
    json.put(name, value);
    return json;
  }

  private static byte[] document(Map<?, ?>... keys) {
    return SigningKey.json(Map.of("keys", List.of(keys))).getBytes(StandardCharsets.UTF_8);
  }
}
