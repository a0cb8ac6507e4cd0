package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.identity.testing.DpopClient;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingIssuer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on tokens that are bound, at the door of the data plane: ID-33 and ID-34. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProofAttacksTest {
  private static final String AGENT = "oidc://corp/agent-7";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Attacked attacked = new Attacked();
  private final TestingIssuer issuer = new TestingIssuer(attacked.clock);
  private final DpopClient client = new DpopClient(attacked.clock);
  private final URI uri = attacked.door.uri("/mcp");

  @BeforeAll
  void trust(@TempDir Path directory) throws Exception {
    var file = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
    attacked.door.apply(
        "Issuer",
        "corp",
        ("{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256'],"
                + "'dpop':'optional'}")
            .formatted(issuer.issuer(), file, US));
  }

  @AfterAll
  void close() {
    issuer.close();
    attacked.close();
  }

  @Test
  void takesABoundTokenWithAProofForEachRequest() throws Exception {
    var token = token();
    for (int i = 0; i < 3; i++) {
      attacked.takes(AGENT, "access-token", "/mcp", proved(token, client.proof("GET", uri, token)));
    }
    attacked.takes(issuer.token("agent-7", US), AGENT, "access-token");
  }

  @ParameterizedTest
  @CsvSource({"2048,RS256", "2048,PS256"})
  void takesProofsOfOtherKeys(int bits, String algorithm) throws Exception {
    var rsa = new DpopClient(attacked.clock, SigningKey.rsa("client", bits));
    var token = token(rsa.confirmation());
    var header = rsa.header();
    header.put("alg", algorithm);
    var proof =
        rsa.key()
            .sign(
                JWSAlgorithm.parse(algorithm),
                SigningKey.json(header),
                SigningKey.json(rsa.claims("GET", uri, token)));

    attacked.takes(AGENT, "access-token", "/mcp", proved(token, proof));
  }

  /** The address is what it is however it is written, and whatever the query. */
  @Test
  void takesTheAddressOfTheRequestInEveryWriting() throws Exception {
    var token = token();
    for (var writing :
        List.of(
            uri.toString().replace("http", "HTTP"),
            uri + "?a=b",
            uri + "#c",
            uri.toString().replace("/mcp", "/%6Dcp"))) {
      var claims = client.claims("GET", uri, token);
      claims.put("htu", writing);
      attacked.takes(
          AGENT,
          "access-token",
          "/mcp?x=y",
          proved(token, client.key().sign(client.header(), claims)));
    }
  }

  Stream<Arguments> claims() {
    long now = attacked.clock.instant().getEpochSecond();
    return Stream.of(
        arguments("htm", Map.of("htm", "POST"), "proof_wrong_method"),
        arguments("htm in other letters", Map.of("htm", "get"), "proof_wrong_method"),
        arguments("htu path", Map.of("htu", uri + "/crm"), "proof_wrong_uri"),
        arguments("htu host", Map.of("htu", "http://other.example/mcp"), "proof_wrong_uri"),
        arguments(
            "htu scheme", Map.of("htu", "https" + uri.toString().substring(4)), "proof_wrong_uri"),
        arguments("htu user", Map.of("htu", "http://a@127.0.0.1/mcp"), "proof_wrong_uri"),
        arguments("htu as number", Map.of("htu", 1), "proof_wrong_uri"),
        arguments("ath", Map.of("ath", DpopClient.digest("other")), "proof_wrong_token"),
        arguments("ath empty", Map.of("ath", ""), "proof_wrong_token"),
        arguments("iat old", Map.of("iat", now - 61), "proof_not_fresh"),
        arguments("iat ahead", Map.of("iat", now + 86_400), "proof_not_fresh"),
        arguments("iat as text", Map.of("iat", "now"), "proof_bad_time"),
        arguments("jti empty", Map.of("jti", ""), "proof_without_id"),
        arguments("jti long", Map.of("jti", "a".repeat(257)), "proof_without_id"));
  }

  /** ID-34. */
  @ParameterizedTest(name = "ID-34 {0}")
  @MethodSource
  void claims(String name, Map<String, Object> change, String reason) throws Exception {
    var token = token();
    var claims = client.claims("GET", uri, token);
    claims.putAll(change);
    refuses(token, client.key().sign(client.header(), claims), reason);
  }

  /** ID-34. */
  @ParameterizedTest(name = "ID-34 without {0}")
  @CsvSource({
    "jti,proof_without_id",
    "htm,proof_wrong_method",
    "htu,proof_wrong_uri",
    "ath,proof_wrong_token",
    "iat,proof_without_time"
  })
  void refusesAProofThatLacksAClaim(String claim, String reason) throws Exception {
    var token = token();
    var claims = client.claims("GET", uri, token);
    claims.remove(claim);
    refuses(token, client.key().sign(client.header(), claims), reason);
  }

  Stream<Arguments> headers() {
    var other = SigningKey.ec("other");
    return Stream.of(
        arguments("private key", Map.of("jwk", client.key().pair().toJSONObject()), "private_key"),
        arguments("other key", Map.of("jwk", other.publicJson()), "wrong_key"),
        arguments("no key", Map.of("jwk", Map.of()), "wrong_key"),
        arguments("secret key", Map.of("jwk", Map.of("kty", "oct", "k", "AAAA")), "private_key"),
        arguments("typ", Map.of("typ", "JWT"), "wrong_type"),
        arguments("alg none", Map.of("alg", "none"), "algorithm_not_allowed"),
        arguments("alg HS256", Map.of("alg", "HS256"), "algorithm_not_allowed"),
        arguments("alg of another key", Map.of("alg", "RS256"), "wrong_key_type"),
        arguments("jku", Map.of("jku", "http://127.0.0.1:1/"), "header_not_allowed"),
        arguments("crit", Map.of("crit", List.of("jti")), "header_not_allowed"));
  }

  /** ID-34. */
  @ParameterizedTest(name = "ID-34 {0}")
  @MethodSource
  void headers(String name, Map<String, Object> change, String reason) throws Exception {
    var token = token();
    var header = new HashMap<>(client.header());
    header.putAll(change);
    var proof = client.key().sign(header, client.claims("GET", uri, token));
    refuses(token, proof, "proof_" + reason);
  }

  /** ID-34: for the same request, and for the same token. */
  @Test
  void refusesAProofThatWasShownBefore() throws Exception {
    var token = token();
    var proof = client.proof("GET", uri, token);
    attacked.takes(AGENT, "access-token", "/mcp", proved(token, proof));

    refuses(token, proof, "proof_replayed");
  }

  /** ID-34: on both sides of the age. */
  @Test
  void takesAProofForAMinute() throws Exception {
    var token = token();
    var now = attacked.clock.instant().getEpochSecond();
    var claims = client.claims("GET", uri, token);
    claims.put("iat", now - 60);
    attacked.takes(
        AGENT, "access-token", "/mcp", proved(token, client.key().sign(client.header(), claims)));
    claims.put("jti", "another");
    claims.put("iat", now + 30);
    attacked.takes(
        AGENT, "access-token", "/mcp", proved(token, client.key().sign(client.header(), claims)));
    claims.put("jti", "yet another");
    claims.put("iat", now + 31);
    refuses(token, client.key().sign(client.header(), claims), "proof_not_fresh");
  }

  /** ID-33: a thief has the token, and a key of its own. */
  @Test
  void refusesABoundTokenOfAnother() throws Exception {
    var token = token();
    var thief = new DpopClient(attacked.clock);

    refuses(token, thief.proof("GET", uri, token), "proof_wrong_key");
    attacked.refuses("proof_missing", "/mcp", "Authorization", "DPoP " + token);
    attacked.refuses(token, "proof_missing");
    attacked.refuses(
        "proof_missing",
        "/mcp",
        "Authorization",
        "Bearer " + token,
        "DPoP",
        client.proof("GET", uri, token));
    var proof = client.proof("GET", uri, token);
    attacked.refuses(
        "proof_repeated", "/mcp", "Authorization", "DPoP " + token, "DPoP", proof, "DPoP", proof);
    refuses(token, "x", "proof_malformed");
  }

  /** ID-33: the other way about. */
  @Test
  void refusesATokenThatIsNotBoundAsIfItWere() throws Exception {
    var token = issuer.token("agent-7", US);
    refuses(token, client.proof("GET", uri, token), "not_bound");
  }

  /** ID-33: a token that is bound to a certificate, without one. */
  @Test
  void refusesATokenOfACertificateThatIsNotShown() throws Exception {
    attacked.refuses(token(Map.of("x5t#S256", "A".repeat(43))), "certificate_missing");
  }

  @Test
  void saysInTheMetadataThatItTakesProofs() throws Exception {
    var answer = attacked.door.get("/.well-known/oauth-protected-resource/mcp/crm");
    var metadata = MAPPER.readTree(answer.body());

    assertThat(metadata.path("resource").asText()).isEqualTo(uri + "/crm");
    assertThat(metadata.path("dpop_signing_alg_values_supported").toString())
        .startsWith("[\"ES256\",");
    assertThat(metadata.path("dpop_bound_access_tokens_required").asBoolean(true)).isFalse();
  }

  @Test
  void saysInTheChallengeThatItTakesProofs() throws Exception {
    var answer = attacked.door.get("/mcp");

    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .hasSize(2)
        .anyMatch(each -> each.startsWith("Bearer resource_metadata="))
        .anyMatch(each -> each.startsWith("DPoP resource_metadata=") && each.contains("algs=\"ES"));
  }

  private String token() {
    return token(client.confirmation());
  }

  private String token(Map<String, Object> confirmation) {
    var claims = issuer.claims("agent-7", US);
    claims.put("cnf", confirmation);
    return issuer.key().sign(issuer.header(), claims);
  }

  private void refuses(String token, String proof, String reason) throws Exception {
    attacked.refuses(reason, "/mcp", proved(token, proof));
  }

  private static String[] proved(String token, String proof) {
    return new String[] {"Authorization", "DPoP " + token, "DPoP", proof};
  }
}
