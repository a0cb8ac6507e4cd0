package dev.sallyport.identity.svid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.SignatureAlgorithm;
import dev.sallyport.identity.token.TokenFault;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SvidVerifierTest {
  private static final String US = "https://gateway.example";
  private static final String PATH = "/agent/ci";
  private static final long NOW = TestingClock.START.getEpochSecond();

  private final TestingClock clock = new TestingClock();
  private final TestingTrustDomain prod = new TestingTrustDomain("prod", clock);
  private final TestingTrustDomain partner = new TestingTrustDomain("partner", clock);

  @Test
  void knowsTheWorkloadOfAGoodToken() {
    assertThat(verify(prod.svid(PATH, US)))
        .isEqualTo(
            new Authenticated(
                new Principal(
                    new PrincipalId("spiffe://prod/agent/ci"),
                    AuthenticationMethod.JWT_SVID,
                    "of-prod",
                    clock.instant().plus(Duration.ofMinutes(5)))));
  }

  @Test
  void takesEverySafeAlgorithm() {
    for (var key :
        List.of(
            SigningKey.rsa("rsa", 2048),
            SigningKey.ec("p384", Curve.P_384),
            SigningKey.ec("p521", Curve.P_521))) {
      prod.add(key);
      assertThat(verify(prod.svid(PATH, US))).as(key.kid()).isInstanceOf(Authenticated.class);
    }
  }

  static Stream<Arguments> hostileHeaders() {
    return Stream.of(
        arguments("ID-01 none", Map.of("alg", "none"), "algorithm_not_allowed"),
        arguments("ID-01 empty", Map.of("alg", ""), "algorithm_not_allowed"),
        arguments("ID-01 NONE", Map.of("alg", "NONE"), "algorithm_not_allowed"),
        arguments("ID-02", Map.of("alg", "HS256"), "algorithm_not_allowed"),
        arguments("ID-03", Map.of("alg", "RS256"), "wrong_key_type"),
        arguments("other curve", Map.of("alg", "ES384"), "bad_signature"),
        arguments("alg as number", Map.of("alg", 1), "algorithm_not_allowed"),
        arguments("ID-09 jwk", Map.of("jwk", Map.of()), "header_not_allowed"),
        arguments("ID-09 jku", Map.of("jku", "http://127.0.0.1:1/"), "header_not_allowed"),
        arguments("ID-09 x5u", Map.of("x5u", "http://127.0.0.1:1/"), "header_not_allowed"),
        arguments("ID-09 x5c", Map.of("x5c", List.of()), "header_not_allowed"),
        arguments("ID-09 crit", Map.of("crit", List.of("exp")), "header_not_allowed"),
        arguments("ID-16 blank", Map.of("kid", " "), "no_kid"),
        arguments("ID-16 number", Map.of("kid", 7), "no_kid"),
        arguments("unknown kid", Map.of("kid", "key-2"), "unknown_key"),
        arguments("ID-17 at+jwt", Map.of("typ", "at+jwt"), "wrong_type"),
        arguments("wit+jwt", Map.of("typ", "wit+jwt"), "wrong_type"),
        arguments("typ as number", Map.of("typ", 1), "wrong_type"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void hostileHeaders(String name, Map<String, Object> change, String reason) {
    var header = new HashMap<>(prod.header());
    header.putAll(change);

    assertThat(verify(prod.svid(header, prod.claims(PATH, US)))).isEqualTo(new Rejected(reason));
  }

  /** ID-16. */
  @Test
  void refusesATokenWithoutAKeysName() {
    var header = prod.header();
    header.remove("kid");

    assertThat(verify(prod.svid(header, prod.claims(PATH, US)))).isEqualTo(new Rejected("no_kid"));
  }

  @Test
  void takesTheTypesThatSpiffeKnowsAndNone() {
    var header = prod.header();
    for (Consumer<Map<String, Object>> change :
        List.<Consumer<Map<String, Object>>>of(
            map -> map.put("typ", "JOSE"), map -> map.remove("typ"))) {
      change.accept(header);
      assertThat(verify(prod.svid(header, prod.claims(PATH, US))))
          .isInstanceOf(Authenticated.class);
    }
  }

  static Stream<Arguments> hostileClaims() {
    return Stream.of(
        arguments("ID-10 wrong", Map.of("aud", "https://other.example"), "wrong_audience"),
        arguments("ID-10 slash", Map.of("aud", US + "/"), "wrong_audience"),
        arguments("ID-10 empty list", Map.of("aud", List.of()), "no_audience"),
        arguments("ID-10 number", Map.of("aud", 5), "bad_audience"),
        arguments("ID-10 null", nullClaim("aud"), "bad_audience"),
        arguments("ID-10 list with number", Map.of("aud", List.of(US, 5)), "bad_audience"),
        arguments("ID-11", Map.of("aud", List.of(US, "https://o")), "several_audiences"),
        arguments("ID-13 text", Map.of("exp", "9999999999"), "bad_time"),
        arguments("ID-13 negative", Map.of("exp", -1), "bad_time"),
        arguments("ID-13 huge", Map.of("exp", new BigDecimal("1e300")), "bad_time"),
        arguments("ID-13 huge whole", Map.of("exp", new BigDecimal("9".repeat(31))), "bad_time"),
        arguments("ID-13 null", nullClaim("exp"), "bad_time"),
        arguments("ID-13 100 y", Map.of("exp", NOW + 3_153_600_000L), "lifetime_too_long"),
        arguments("ID-13 limit", Map.of("exp", NOW + 3_631), "lifetime_too_long"),
        arguments("ID-14", Map.of("exp", NOW - 31), "expired"),
        arguments("ID-14 at the skew", Map.of("exp", NOW - 30), "expired"),
        arguments("ID-15 nbf", Map.of("nbf", NOW + 31), "not_yet_valid"),
        arguments("ID-15 iat", Map.of("iat", NOW + 31), "not_yet_valid"),
        arguments("ID-15 nbf text", Map.of("nbf", "x"), "bad_time"),
        arguments("sub as number", Map.of("sub", 5), "no_subject"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void hostileClaims(String name, Map<String, Object> change, String reason) {
    var claims = new HashMap<>(prod.claims(PATH, US));
    claims.putAll(change);

    assertThat(verify(prod.svid(prod.header(), claims))).isEqualTo(new Rejected(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "aud", "sub"})
  void refusesATokenThatLacksAClaim(String name) {
    var claims = prod.claims(PATH, US);
    claims.remove(name);

    assertThat(verify(prod.svid(prod.header(), claims))).isInstanceOf(Rejected.class);
  }

  @Test
  void takesTimesUpToTheSkewAndALifetimeUpToTheLimit() {
    for (var change :
        List.of(
            Map.of("exp", NOW - 29),
            Map.of("exp", NOW + 3_630),
            Map.of("nbf", NOW + 30),
            Map.of("iat", NOW + 30),
            Map.of("exp", new BigDecimal(NOW + ".5")))) {
      var claims = new HashMap<>(prod.claims(PATH, US));
      claims.putAll(change);
      assertThat(verify(prod.svid(prod.header(), claims)))
          .as(change.toString())
          .isInstanceOf(Authenticated.class);
    }
  }

  /** ID-23. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://prod",
        "spiffe://prod/",
        "spiffe://prod/a/../b",
        "spiffe://prod/a//b",
        "spiffe://prod/a/",
        "spiffe://prod/a%2Fb",
        "spiffe://prod:443/a",
        "spiffe://user@prod/a",
        "spiffe://prod/a?x=1",
        "spiffe://prod/a#x",
        "spiffe://prod/a\u0000",
        "spiffe://prod/a\n",
        "spiffe://pr\u043ed/a",
        "spiffe://prod/\u0430",
        "https://prod/a",
        "spiffe:/prod/a",
        "prod/a",
        ""
      })
  void refusesASubjectThatIsNoWorkload(String subject) {
    var claims = prod.claims(PATH, US);
    claims.put("sub", subject);

    assertThat(verify(prod.svid(prod.header(), claims))).isEqualTo(new Rejected("bad_subject"));
  }

  /** ID-23. */
  @Test
  void takesASubjectOfTheGreatestLengthAndNoLongerOne() {
    var longest = "/" + "a".repeat(2_048 - "spiffe://prod/".length());

    assertThat(verify(prod.svid(longest, US))).isInstanceOf(Authenticated.class);
    assertThat(verify(prod.svid(longest + "a", US))).isEqualTo(new Rejected("bad_subject"));
  }

  /** ID-23: however a domain is written, its workload has one name. */
  @Test
  void neverKnowsAWorkloadByTwoNames() {
    var claims = prod.claims(PATH, US);
    claims.put("sub", "spiffe://PROD/agent/ci");
    var answer = verify(prod.svid(prod.header(), claims));

    if (answer instanceof Authenticated(Principal principal)) {
      assertThat(principal.id().value()).isEqualTo("spiffe://prod/agent/ci");
    } else {
      assertThat(answer).isEqualTo(new Rejected("bad_subject"));
    }
  }

  /** ID-06, ID-07, ID-08: both domains name their key {@code key-1}. */
  @Test
  void neverLetsOneDomainSpeakForAnother() {
    var claims = prod.claims(PATH, US);

    assertThat(verify(partner.svid(prod.header(), claims)))
        .isEqualTo(new Rejected("bad_signature"));
    partner.add(SigningKey.ec("partner-only"));
    assertThat(verify(partner.svid(partner.header(), claims)))
        .isEqualTo(new Rejected("unknown_key"));
    assertThat(verify(partner.svid(PATH, US))).isInstanceOf(Authenticated.class);
  }

  /** ID-24. */
  @Test
  void refusesAWorkloadOfADomainThatIsNotTrusted() {
    var stranger = new TestingTrustDomain("stranger", clock);

    assertThat(verify(stranger.svid(PATH, US))).isEqualTo(new Rejected("unknown_trust_domain"));
  }

  /** ID-02: the signature is a MAC made with the public key as its secret. */
  @Test
  void refusesASymmetricSignatureMadeWithAPublicKey() throws Exception {
    var header = SigningKey.encode("{\"alg\":\"HS256\",\"kid\":\"key-1\"}");
    var input = header + "." + SigningKey.encode(SigningKey.json(prod.claims(PATH, US)));
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(prod.bundle().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    var signature =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));

    assertThat(verify(input + "." + signature)).isEqualTo(new Rejected("algorithm_not_allowed"));
  }

  /** ID-04. */
  @Test
  void refusesSignaturesOfZeros() {
    var good = prod.svid(PATH, US);
    var unsigned = good.substring(0, good.lastIndexOf('.') + 1);
    var halfZero = new byte[64];
    Arrays.fill(halfZero, 0, 32, (byte) 1);
    var otherHalf = new byte[64];
    Arrays.fill(otherHalf, 32, 64, (byte) 1);
    for (var signature : List.of(new byte[64], halfZero, otherHalf, new byte[1], new byte[63])) {
      var text = Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
      assertThat(verify(unsigned + text)).isEqualTo(new Rejected("bad_signature"));
    }
  }

  /** ID-05. */
  @Test
  void refusesAnotherPayloadUnderAGoodSignature() {
    var good = prod.svid(PATH, US).split("\\.", -1);
    var other = prod.svid("/agent/admin", US).split("\\.", -1);

    assertThat(verify(good[0] + "." + other[1] + "." + good[2]))
        .isEqualTo(new Rejected("bad_signature"));
  }

  /** ID-22. */
  @Test
  void refusesAWeakKeyThoughItIsInTheBundle() {
    prod.add(SigningKey.rsa("weak", 1024));

    assertThat(verify(prod.svid(PATH, US))).isEqualTo(new Rejected("weak_key"));
  }

  /** ID-22: a key that takes long to check by: of too many bits, or of too large an exponent. */
  @ParameterizedTest
  @CsvSource({"8192, 32, true", "8193, 17, false", "2048, 33, false", "16384, 64, false"})
  void looksAtNoKeyThatIsCostly(int bits, int exponentBits, boolean looked) throws Exception {
    var modulus = BigInteger.ONE.setBit(bits - 1);
    var exponent = BigInteger.ONE.setBit(exponentBits - 1);
    var key =
        (RSAPublicKey)
            KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    var token = CompactToken.parse(SigningKey.rsa("any", 2048).sign(prod.header(), Map.of()));

    assertThatThrownBy(() -> SignatureAlgorithm.RS256.check(token, key))
        .hasMessage(looked ? "bad_signature" : "costly_key");
  }

  @Test
  void keepsToTheAlgorithmsOfTheDomain() {
    var verifier =
        new SvidVerifier(
            SvidPolicy.of(Set.of(US)),
            List.of(domain(prod, Set.of(SignatureAlgorithm.RS256))),
            clock);

    assertThat(verifier.verify(CompactToken.parse(prod.svid(PATH, US))))
        .isEqualTo(new Rejected("algorithm_not_allowed"));
  }

  @Test
  void refusesAnAlgorithmThatTheKeyIsNotUsedWith() {
    prod.add(SigningKey.rsa("rsa", 2048));
    var header = prod.header();
    header.put("alg", "PS256");
    var token =
        prod.key()
            .sign(
                JWSAlgorithm.RS256,
                SigningKey.json(header),
                SigningKey.json(prod.claims(PATH, US)));

    assertThat(verify(token)).isEqualTo(new Rejected("bad_signature"));
  }

  /** ID-12. */
  @Test
  void cannotBeMadeWithoutAnAudience() {
    for (var audiences : List.of(Set.<String>of(), Set.of(""), Set.of(US, " "))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SvidPolicy.of(audiences))
          .withMessageContaining("audiences must name this gateway");
    }
  }

  @Test
  void takesSeveralAudiencesWhereThePolicyAllowsIt() {
    var policy = new SvidPolicy(Set.of(US), false, Duration.ofHours(1));
    var claims = prod.claims(PATH, US);
    claims.put("aud", List.of("https://other.example", US));
    var verifier = new SvidVerifier(policy, List.of(domain(prod, ALL)), clock);

    assertThat(verifier.verify(CompactToken.parse(prod.svid(prod.header(), claims))))
        .isInstanceOf(Authenticated.class);
  }

  private static final Set<SignatureAlgorithm> ALL = Set.of(SignatureAlgorithm.values());

  private Authentication verify(String token) {
    var verifier =
        new SvidVerifier(
            SvidPolicy.of(Set.of(US)), List.of(domain(prod, ALL), domain(partner, ALL)), clock);
    try {
      return verifier.verify(CompactToken.parse(token));
    } catch (TokenFault fault) {
      return new Rejected(fault.reason());
    }
  }

  private static TrustedDomain domain(
      TestingTrustDomain domain, Set<SignatureAlgorithm> algorithms) {
    var keys = TrustBundle.ofSpiffeOrJwks(domain.bundle().getBytes(StandardCharsets.UTF_8));
    return new TrustedDomain(
        "of-" + domain.name(), domain.name(), algorithms, new InlineBundle(keys));
  }

  private static Map<String, Object> nullClaim(String name) {
    var map = new HashMap<String, Object>();
    map.put(name, null);
    return map;
  }
}
