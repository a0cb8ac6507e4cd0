package dev.sallyport.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.testing.SigningKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a token says of how its user signed in. Source: RFC 9470, section 6. */
class SignInClaimsTest {
  static Stream<Arguments> claims() {
    return Stream.of(
        arguments(Map.of("acr", "gold"), "gold", ""),
        arguments(
            Map.of("acr", "urn:mace:incommon:iap:silver"), "urn:mace:incommon:iap:silver", ""),
        arguments(Map.of("auth_time", 1_700_000_000), "", "2023-11-14T22:13:20Z"),
        arguments(Map.of("auth_time", 0), "", "1970-01-01T00:00:00Z"),
        arguments(Map.of("acr", "gold", "auth_time", "1700000000"), "gold", ""),
        arguments(Map.of(), "", ""),
        arguments(Map.of("acr", List.of("gold")), "", ""),
        arguments(Map.of("acr", 1), "", ""),
        arguments(Map.of("acr", ""), "", ""),
        arguments(Map.of("acr", "gold silver"), "", ""),
        arguments(Map.of("acr", "a\"b"), "", ""),
        arguments(Map.of("acr", "a".repeat(128)), "a".repeat(128), ""),
        arguments(Map.of("acr", "a".repeat(129)), "", ""),
        arguments(Map.of("auth_time", -1), "", ""),
        arguments(Map.of("auth_time", 1e300), "", ""),
        arguments(Map.of("auth_time", 253_402_300_799L), "", "9999-12-31T23:59:59Z"),
        arguments(Map.of("auth_time", 253_402_300_800L), "", ""),
        arguments(Map.of("auth_time", true), "", ""));
  }

  /** What is not well formed says nothing, and so fulfils nothing. */
  @ParameterizedTest
  @MethodSource("claims")
  void saysHowItsUserSignedInWhereThatIsWellFormed(
      Map<String, Object> claims, String acr, String at) {
    var key = SigningKey.ec("k");
    var token = key.sign(Map.of("alg", "ES256", "kid", "k"), new HashMap<>(claims));

    assertThat(CompactToken.parse(token).claims().signIn())
        .isEqualTo(
            new SignIn(
                Optional.of(acr).filter(text -> !text.isEmpty()),
                Optional.of(at).filter(text -> !text.isEmpty()).map(Instant::parse)));
  }
}
