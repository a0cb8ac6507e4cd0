package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.identity.testing.TestingTrustDomain;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks with JWT-SVIDs, at the door of the data plane: ID-01 to ID-26. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SvidAttacksTest {
  private static final String CI = "/agent/ci";
  private static final String MAC_REASON = "algorithm_not_allowed";

  private final Attacked attacked = new Attacked();
  private final TestingTrustDomain prod = new TestingTrustDomain("prod", attacked.clock);
  private final TestingTrustDomain partner = new TestingTrustDomain("partner", attacked.clock);
  private final SigningKey weak = SigningKey.rsa("weak", 1024);
  private final OtherKey ed25519 = OtherKey.ed25519("ed25519");
  private final OtherKey p192 = OtherKey.p192("p192");
  private final TestingIssuer foreign = new TestingIssuer(attacked.clock);
  @TempDir private Path directory;

  SvidAttacksTest() throws GeneralSecurityException {}

  @BeforeAll
  void trust() {
    var published = new TestingTrustDomain("prod", attacked.clock);
    published.remove(TestingTrustDomain.FIRST_KEY);
    published.add(prod.key());
    published.add(weak);
    var bundle = ed25519.in(p192.in(published.bundle(), "jwt-svid"), "jwt-svid");
    attacked.door.apply(
        "TrustDomain", "prod", "{'trustDomain':'prod','bundle':%s}".formatted(bundle));
    attacked.door.apply("TrustDomain", "partner", inline("partner", partner));
  }

  @AfterAll
  void close() {
    foreign.close();
    attacked.close();
  }

  Stream<Arguments> headers() {
    var url = foreign.jwksUri().toString();
    return Stream.of(
        arguments("ID-01 none", Map.of("alg", "none"), "algorithm_not_allowed"),
        arguments("ID-01 empty", Map.of("alg", ""), "algorithm_not_allowed"),
        arguments("ID-01 NONE", Map.of("alg", "NONE"), "algorithm_not_allowed"),
        arguments("ID-03", Map.of("alg", "RS256"), "wrong_key_type"),
        arguments("ID-09 jwk", Map.of("jwk", prod.key().publicJson()), "header_not_allowed"),
        arguments("ID-09 jku", Map.of("jku", url), "header_not_allowed"),
        arguments("ID-09 x5u", Map.of("x5u", url), "header_not_allowed"),
        arguments("ID-09 x5c", Map.of("x5c", List.of("AA==")), "header_not_allowed"),
        arguments("ID-09 crit", Map.of("crit", List.of("exp")), "header_not_allowed"),
        arguments("ID-16 blank", Map.of("kid", " "), "no_kid"),
        arguments("ID-16 empty", Map.of("kid", ""), "no_kid"),
        arguments("ID-17", Map.of("typ", "at+jwt"), "wrong_type"),
        arguments("ID-22 Ed25519", Map.of("alg", "EdDSA"), "algorithm_not_allowed"));
  }

  @Test
  void takesASvidForAnMcpEndpointThereAlone() throws Exception {
    var token = prod.svid("/agent/ci", US + "/mcp/crm");
    attacked.takes(
        "spiffe://prod/agent/ci", "jwt-svid", "/mcp/crm", "Authorization", "Bearer " + token);
    attacked.refuses(token, "wrong_resource");
    attacked.refuses(prod.svid("/agent/ci", US + "/mcp/"), "wrong_audience");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void headers(String name, Map<String, Object> change, String reason) throws Exception {
    attacked.refuses(svid(change, Map.of()), reason);

    assertThat(foreign.fetches()).isZero(); // ID-09: nor is anything fetched
  }

  Stream<Arguments> claims() {
    long now = attacked.clock.instant().getEpochSecond() + 86_400 * 365L;
    return Stream.of(
        arguments("ID-10 wrong", Map.of("aud", "https://other.example"), "wrong_audience"),
        arguments("ID-10 empty", Map.of("aud", List.of()), "no_audience"),
        arguments("ID-10 number", Map.of("aud", 5), "bad_audience"),
        arguments("ID-11", Map.of("aud", List.of(US, "https://o")), "several_audiences"),
        arguments("ID-13 text", Map.of("exp", "9999999999"), "bad_time"),
        arguments("ID-13 negative", Map.of("exp", -1), "bad_time"),
        arguments("ID-13 huge", Map.of("exp", new BigDecimal("1e300")), "bad_time"),
        arguments("ID-13 100 y", Map.of("exp", now + 3_153_600_000L), "lifetime_too_long"),
        arguments("ID-15 nbf", Map.of("nbf", now), "not_yet_valid"),
        arguments("ID-15 iat", Map.of("iat", now), "not_yet_valid"),
        arguments("ID-24", Map.of("sub", "spiffe://stranger/a"), "unknown_trust_domain"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void claims(String name, Map<String, Object> change, String reason) throws Exception {
    attacked.refuses(svid(Map.of(), change), reason);
  }

  /** ID-23: without a path, and all that is not one writing of one workload. */
  static Stream<String> subjects() {
    return Stream.of(
        "spiffe://prod",
        "spiffe://prod/",
        "spiffe://prod/a/../b",
        "spiffe://prod//b",
        "spiffe://prod/b/",
        "spiffe://prod/a%2Fb",
        "spiffe://prod:443/a",
        "spiffe://user@prod/a",
        "spiffe://prod/a?b",
        "spiffe://prod/a\u0000",
        "spiffe://pr\u043ed/a",
        "spiffe://prod/" + "a".repeat(2_040),
        "https://prod/a");
  }

  @ParameterizedTest(name = "ID-23 {index}")
  @MethodSource
  void subjects(String subject) throws Exception {
    attacked.refuses(svid(Map.of(), Map.of("sub", subject)), "bad_subject");
  }

  /** ID-23: however a domain is written, its workload has one name. */
  @Test
  void takesADomainInCapitalsForTheSame() throws Exception {
    var token = svid(Map.of(), Map.of("sub", "spiffe://PROD/agent/ci"));

    attacked.takes(token, "spiffe://prod/agent/ci", "jwt-svid");
  }

  @ParameterizedTest
  @MethodSource
  void missing(String name, String reason) throws Exception {
    var claims = prod.claims(CI, US);
    claims.remove(name);
    attacked.refuses(prod.svid(prod.header(), claims), reason);
  }

  /** ID-10, ID-13, ID-23. */
  static Stream<Arguments> missing() {
    return Stream.of(
        arguments("aud", "no_audience"),
        arguments("exp", "no_expiry"),
        arguments("sub", "no_subject"));
  }

  /** ID-14: on both sides of the skew. */
  @Test
  void takesATokenUpToTheSkewAfterItsEndAndNoLonger() throws Exception {
    var end = attacked.clock.instant().getEpochSecond();
    var late = svid(Map.of(), Map.of("exp", end - 29, "iat", end - 300));
    attacked.takes(late, "spiffe://prod/agent/ci", "jwt-svid");

    attacked.refuses(svid(Map.of(), Map.of("exp", end - 30, "iat", end - 300)), "expired");
  }

  Stream<Arguments> forgeries() throws Exception {
    var good = prod.svid(CI, US);
    var parts = good.split("\\.", -1);
    var other = prod.svid("/agent/admin", US).split("\\.", -1);
    var header = new HashMap<>(prod.header());
    header.put("kid", "weak");
    header.put("alg", "RS256");
    var spoofed = new HashMap<>(partner.header());
    spoofed.put("kid", "partner-only");
    var twice = "{\"sub\":\"spiffe://prod/agent/ci\",\"sub\":\"spiffe://prod/agent/admin\"}";
    return Stream.of(
        arguments(
            "ID-01 unsigned",
            SigningKey.encode("{\"alg\":\"none\"}") + "." + parts[1] + ".",
            "unknown_token_form"),
        arguments("ID-02 JWK", mac(SigningKey.json(prod.key().publicJson())), MAC_REASON),
        arguments("ID-02 PEM", mac(pem(prod.key())), MAC_REASON),
        arguments("ID-04 zeros", unsigned(good) + zeros(64), "bad_signature"),
        arguments("ID-04 r=0", half(good, 0), "bad_signature"),
        arguments("ID-04 s=0", half(good, 32), "bad_signature"),
        arguments("ID-05", parts[0] + "." + other[1] + "." + parts[2], "bad_signature"),
        arguments(
            "ID-06, ID-08", partner.svid(prod.header(), prod.claims(CI, US)), "bad_signature"),
        arguments("ID-07", partner.svid(spoofed, prod.claims(CI, US)), "unknown_key"),
        arguments("ID-18 two parts", parts[0] + "." + parts[1], "unknown_token_form"),
        arguments("ID-18 four parts", good + ".AA", "unknown_token_form"),
        arguments("ID-18 JWE", good + ".AA.AA", "unknown_token_form"),
        arguments("ID-18 JSON", "{\"payload\":\"" + parts[1] + "\"}", "unknown_token_form"),
        arguments("ID-19", prod.key().sign(SigningKey.json(prod.header()), twice), "malformed"),
        arguments(
            "ID-19 header",
            prod.key().sign(twice(prod.header()), SigningKey.json(prod.claims(CI, US))),
            "malformed"),
        arguments(
            "ID-20 deep",
            prod.key().sign(SigningKey.json(prod.header()), "{\"a\":" + "[".repeat(4_000)),
            "malformed"),
        arguments(
            "ID-20 deep header",
            prod.key().sign("{\"a\":" + "[".repeat(4_000), SigningKey.json(prod.claims(CI, US))),
            "malformed"),
        arguments("ID-20 long", good + "A".repeat(8_192), "unknown_token_form"),
        arguments("ID-21 !", good + "!", "unknown_token_form"),
        arguments("ID-21 =", good + "=", "unknown_token_form"),
        arguments("ID-21 of two writings", rewritten(good), "malformed"),
        arguments("ID-22 RSA-1024", weak.sign(header, prod.claims(CI, US)), "weak_key"),
        arguments("ID-22 other curve", otherCurve(), "bad_signature"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void forgeries(String name, String token, String reason) throws Exception {
    attacked.refuses(token, reason);
  }

  /** ID-22: keys that stand in the bundle, and sign no token that is taken. */
  @ParameterizedTest(name = "ID-22 {0}")
  @CsvSource({
    "p192, ES256, unknown_key",
    "p192, ES192, algorithm_not_allowed",
    "ed25519, ES256, unknown_key",
    "ed25519, EdDSA, algorithm_not_allowed",
    "ed25519, Ed25519, algorithm_not_allowed"
  })
  void refusesKeysOfOtherKinds(String name, String algorithm, String reason) throws Exception {
    var key = name.equals("p192") ? p192 : ed25519;
    attacked.refuses(key.sign(algorithm, prod.header(), prod.claims(CI, US)), reason);
    attacked.takes(prod.svid(CI, US), "spiffe://prod/agent/ci", "jwt-svid");
  }

  /** ID-16. */
  @Test
  void refusesATokenWithoutAKeysName() throws Exception {
    var header = prod.header();
    header.remove("kid");
    attacked.refuses(prod.svid(header, prod.claims(CI, US)), "no_kid");
  }

  /** ID-25. */
  @Test
  void refusesAWorkloadOnceItsDomainIsTrustedNoMore() throws Exception {
    var ally = new TestingTrustDomain("ally", attacked.clock);
    attacked.door.apply("TrustDomain", "ally", inline("ally", ally));
    var token = ally.svid(CI, US);
    attacked.takes(token, "spiffe://ally/agent/ci", "jwt-svid");
    attacked.door.remove("TrustDomain", "ally");

    attacked.refuses(token, "unknown_trust_domain");
  }

  /** ID-26: also a token that was verified a moment ago. */
  @Test
  void refusesATokenAtOnceWhenItsKeyLeavesTheBundle() throws Exception {
    var ally = new TestingTrustDomain("turned", attacked.clock);
    var file = Files.writeString(directory.resolve("turned.jwks"), ally.bundle());
    attacked.door.apply(
        "TrustDomain", "turned", "{'trustDomain':'turned','bundleFile':'%s'}".formatted(file));
    var token = ally.svid(CI, US);
    attacked.takes(token, "spiffe://turned/agent/ci", "jwt-svid");
    ally.add(SigningKey.ec("key-2"));
    ally.remove(TestingTrustDomain.FIRST_KEY);
    Files.writeString(file, ally.bundle() + " ");
    attacked.door.tick();

    attacked.refuses(token, "unknown_key");
  }

  private String svid(Map<String, Object> header, Map<String, Object> claims) {
    var headers = new HashMap<>(prod.header());
    headers.putAll(header);
    var all = new HashMap<>(prod.claims(CI, US));
    all.putAll(claims);
    return prod.svid(headers, all);
  }

  /** A token whose signature is a MAC made with a public text as its secret. */
  private String mac(String secret) throws Exception {
    var input =
        SigningKey.encode("{\"alg\":\"HS256\",\"kid\":\"key-1\"}")
            + "."
            + SigningKey.encode(SigningKey.json(prod.claims(CI, US)));
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
  }

  static String pem(SigningKey key) throws JOSEException {
    var der = key.pair().toECKey().toECPublicKey().getEncoded();
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
  }

  /** A token whose signature is two numbers of 32 bytes, the one at this place being 0. */
  static String half(String token, int zeroAt) {
    var bytes = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    Arrays.fill(bytes, zeroAt, zeroAt + 32, (byte) 0);
    return unsigned(token) + base64(bytes);
  }

  /** A map as JSON whose members are all there twice. */
  static String twice(Map<String, Object> members) {
    var json = SigningKey.json(members);
    return json.substring(0, json.length() - 1) + "," + json.substring(1);
  }

  private String otherCurve() {
    var header = new HashMap<>(prod.header());
    header.put("alg", "ES384");
    return SigningKey.ec(TestingTrustDomain.FIRST_KEY, Curve.P_384)
        .sign(header, prod.claims(CI, US));
  }

  /** The same bytes in another writing: unused bits of the last character are set. */
  private static String rewritten(String token) {
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(token.charAt(token.length() - 1));
    return token.substring(0, token.length() - 1) + alphabet.charAt(last ^ 1);
  }

  private static String unsigned(String token) {
    return token.substring(0, token.lastIndexOf('.') + 1);
  }

  private static String zeros(int length) {
    return base64(new byte[length]);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String inline(String name, TestingTrustDomain domain) {
    return "{'trustDomain':'%s','bundle':%s}".formatted(name, domain.bundle());
  }
}
