package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.dpop.ProofNonces;
import dev.sallyport.identity.testing.DpopClient;
import dev.sallyport.identity.testing.RecordingEvidence.Event;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDoor;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proofs that must hold a nonce of the gateway's own. Source: RFC 9449, sections 8 and 9. */
class ProofNonceChallengesTest {
  private static final String AGENT = "oidc://corp/agent-7";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final TestingClock clock = new TestingClock();
  private final ProofNonces nonces =
      ProofNonces.of(new TestingSigningKeys(), Duration.ofMinutes(1), clock);
  private final TestingIssuer issuer = new TestingIssuer(clock);
  private final DpopClient client = new DpopClient(clock);
  private final TestingDoor door = new TestingDoor(clock, nonces);
  private String token = "";

  @BeforeEach
  void trust(@TempDir Path directory) throws Exception {
    var keys = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
    door.apply(
        "Issuer",
        "corp",
        ("{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256'],"
                + "'dpop':'optional'}")
            .formatted(issuer.issuer(), keys, US));
    var claims = issuer.claims("agent-7", US);
    claims.put("cnf", client.confirmation());
    token = issuer.key().sign(issuer.header(), claims);
  }

  @AfterEach
  void close() {
    issuer.close();
    door.close();
  }

  @Test
  void givesANonceToOneWhoseProofHasNoneAndTakesTheProofWithIt() throws Exception {
    var first = send("/mcp", proof("/mcp", Map.of()));

    assertThat(first.statusCode()).isEqualTo(401);
    assertThat(first.headers().allValues("WWW-Authenticate"))
        .hasSize(2)
        .anyMatch(each -> each.startsWith("Bearer ") && !each.contains("error"))
        .anyMatch(
            each -> each.startsWith("DPoP ") && each.endsWith("\", error=\"use_dpop_nonce\""));
    assertThat(MAPPER.readTree(first.body()).at("/error/data/code").asText())
        .isEqualTo("use_dpop_nonce");
    assertThat(first.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(reason()).isEqualTo("proof_without_nonce");
    assertThat(door.metrics()).containsExactly("refused proof_without_nonce");

    var second = send("/mcp", proof("/mcp", Map.of("nonce", nonce(first).orElseThrow())));

    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(AGENT);
    assertThat(nonce(second)).isEqualTo(nonces.current());
  }

  /** RFC 9449, section 8.2: a client that goes on calling is never sent back. */
  @Test
  void givesTheNextNonceWithEachAnswer() throws Exception {
    var nonce = nonces.current().orElseThrow();
    for (int i = 0; i < 5; i++) {
      var answer = send("/mcp", proof("/mcp", Map.of("nonce", nonce)));
      assertThat(answer.statusCode()).isEqualTo(200);
      nonce = nonce(answer).orElseThrow();
      clock.advance(Duration.ofMinutes(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "AAAAAAAAAAAAAAAAAAAAAA"})
  void refusesANonceOfSomeoneElse(String nonce) throws Exception {
    assertThat(send("/mcp", proof("/mcp", Map.of("nonce", nonce))).statusCode()).isEqualTo(401);
    assertThat(reason()).isEqualTo("proof_wrong_nonce");
  }

  @Test
  void refusesANonceThatIsOverAndGivesTheOneOfNow() throws Exception {
    var old = nonces.current().orElseThrow();
    clock.advance(Duration.ofMinutes(2));

    var answer = send("/mcp", proof("/mcp", Map.of("nonce", old)));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(nonce(answer)).isEqualTo(nonces.current()).isNotEqualTo(Optional.of(old));
    assertThat(reason()).isEqualTo("proof_wrong_nonce");
  }

  @Test
  void refusesANonceThatIsNoText() throws Exception {
    assertThat(send("/mcp", proof("/mcp", Map.of("nonce", 7))).statusCode()).isEqualTo(401);
    assertThat(reason()).isEqualTo("proof_without_nonce");
  }

  /** ID-34: a nonce mends nothing else, and whoever has no good proof is not asked for one. */
  @Test
  void looksAtAllElseFirst() throws Exception {
    var nonce = nonces.current().orElseThrow();
    refusesAsAnyOther(proof("/mcp", Map.of("htm", "PUT")), "proof_wrong_method");
    refusesAsAnyOther(proof("/mcp", Map.of("htm", "PUT", "nonce", nonce)), "proof_wrong_method");
    refusesAsAnyOther(
        new DpopClient(clock).proof("GET", door.uri("/mcp"), token), "proof_wrong_key");
    var used = proof("/mcp", Map.of("nonce", nonce));
    assertThat(send("/mcp", used).statusCode()).isEqualTo(200);
    refusesAsAnyOther(used, "proof_replayed");
  }

  /** So that a flood of them does not fill what is known of proofs. */
  @Test
  void usesUpNoProofThatLacksItsNonce() throws Exception {
    var proof = proof("/mcp", Map.of());
    for (int i = 0; i < 2; i++) {
      assertThat(send("/mcp", proof).statusCode()).isEqualTo(401);
      assertThat(reason()).isEqualTo("proof_without_nonce");
    }
  }

  /** RFC 9449, section 8: a server of tokens says so by 400. */
  @Test
  void asksForItInTheWordsOfOauthWhereTokensAreExchanged() throws Exception {
    var first = send("/oauth2/token", proof("/oauth2/token", Map.of()));

    assertThat(first.statusCode()).isEqualTo(400);
    assertThat(MAPPER.readTree(first.body()).path("error").asText()).isEqualTo("use_dpop_nonce");
    assertThat(first.headers().firstValue("Cache-Control")).contains("no-store");

    var again = proof("/oauth2/token", Map.of("nonce", nonce(first).orElseThrow()));
    assertThat(send("/oauth2/token", again).statusCode()).isEqualTo(200);
  }

  /** It is proofs that hold a nonce: who shows none needs none. */
  @Test
  void asksOnlyThoseWhoShowProofs() throws Exception {
    var answer = door.get("/mcp", "Authorization", "Bearer " + issuer.token("agent-7", US));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(nonce(answer)).isEmpty();
    assertThat(nonce(door.get("/mcp"))).isEmpty();
  }

  private void refusesAsAnyOther(String proof, String reason) throws Exception {
    var answer = send("/mcp", proof);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .anyMatch(each -> each.endsWith("error=\"invalid_token\""));
    assertThat(MAPPER.readTree(answer.body()).at("/error/data/code").asText())
        .isEqualTo("unauthenticated");
    assertThat(reason()).isEqualTo(reason);
  }

  private String proof(String path, Map<String, Object> more) {
    var claims = new LinkedHashMap<>(client.claims("GET", door.uri(path), token));
    claims.putAll(more);
    return client.key().sign(client.header(), claims);
  }

  private HttpResponse<String> send(String path, String proof) throws Exception {
    return door.get(path, "Authorization", "DPoP " + token, "DPoP", proof);
  }

  private static Optional<String> nonce(HttpResponse<String> answer) {
    var all = answer.headers().allValues("DPoP-Nonce");
    assertThat(all).hasSizeLessThanOrEqualTo(1);
    return all.stream().findFirst();
  }

  private String reason() {
    return door.evidence().records().reversed().stream()
        .filter(Event.class::isInstance)
        .map(Event.class::cast)
        .filter(event -> event.type().equals(RefusedAuthentications.EVENT))
        .map(event -> event.facts().path("reason").asText())
        .findFirst()
        .orElseThrow();
  }
}
