package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.testing.DpopClient;
import dev.sallyport.identity.testing.TestingIssuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens for one virtual server, scopes, and what clients are told to ask for. */
class ServerTokensTest {
  private static final String AGENT = "oidc://corp/agent-7";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Attacked attacked = new Attacked();
  private final TestingIssuer issuer = new TestingIssuer(attacked.clock);
  @TempDir private Path directory;
  private Path keys = Path.of("");

  @BeforeEach
  void publish() throws Exception {
    keys = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
  }

  @AfterEach
  void close() {
    issuer.close();
    attacked.close();
  }

  /** ID-10: RFC 8707. */
  @Test
  void takesATokenWhereItWasMeantToBeSentToAndNowhereElse() throws Exception {
    trust("'audiencePerServer':true");
    var crm = issuer.token("agent-7", US + "/mcp/crm");
    attacked.takes(AGENT, "access-token", "/mcp/crm", "Authorization", "Bearer " + crm);

    attacked.refuses("wrong_resource", "/mcp", "Authorization", "Bearer " + crm);
    attacked.refuses(issuer.token("agent-7", US), "wrong_resource");
    attacked.refuses(issuer.token("agent-7", "https://other.example/mcp"), "wrong_audience");
    attacked.takes(issuer.token("agent-7", US + "/mcp"), AGENT, "access-token");
  }

  /** ID-10: RFC 8707 and RFC 9728: a token for what the metadata announces is taken there alone. */
  @Test
  void takesATokenForAnAnnouncedResourceThereAndNowhereElse() throws Exception {
    trust("'requiredScopes':[]");
    var crm = issuer.token("agent-7", US + "/mcp/crm");
    attacked.takes(AGENT, "access-token", "/mcp/crm", "Authorization", "Bearer " + crm);
    for (var path : List.of("/mcp", "/mcp/erp", "/mcp/crm/", "/v1/models")) {
      assertThat(attacked.door.get(path, "Authorization", "Bearer " + crm).statusCode())
          .isEqualTo(401);
    }
    attacked.refuses("wrong_resource", "/mcp", "Authorization", "Bearer " + crm);

    attacked.takes(issuer.token("agent-7", US + "/mcp"), AGENT, "access-token");
    attacked.takes(issuer.token("agent-7", US), AGENT, "access-token");
    for (var path : List.of("/", "/mcp/", "/mcp/CRM", "/mcp/crm/x", "/mcpx", "/v1", "/mcp/crm?a")) {
      attacked.refuses(issuer.token("agent-7", US + path), "wrong_audience");
    }
  }

  @Test
  void asksForAllScopesAtOnce() throws Exception {
    trust("'requiredScopes':['agents','tools:call']");
    var narrow = issuer.token("agent-7", US);
    var answer = attacked.door.get("/mcp/crm", "Authorization", "Bearer " + narrow);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .containsExactly(
            "Bearer resource_metadata=\"%s\", error=\"insufficient_scope\", scope=\"agents tools:call\""
                .formatted(attacked.door.uri("/.well-known/oauth-protected-resource/mcp/crm")));
    assertThat(attacked.door.metrics()).containsExactly("refused insufficient_scope");
    assertThat(attacked.door.evidence().events("authentication.refused"))
        .singleElement()
        .satisfies(facts ->
            assertThat(facts.toString())
                .isEqualTo(
                    "{\"reason\":\"insufficient_scope\",\"principal\":\"%s\",\"door\":\"mcp\",\"peer\":\"127.0.0.1\"}"
                        .formatted(AGENT)));

    var claims = issuer.claims("agent-7", US);
    claims.put("scope", "tools:call agents more");
    attacked.takes(issuer.key().sign(issuer.header(), claims), AGENT, "access-token");
  }

  /** ID-33: who cannot prove a token to be its own is not told what it lacks. */
  @Test
  void tellsAThiefNothingOfScopes() throws Exception {
    trust("'requiredScopes':['agents'],'dpop':'required'");
    var client = new DpopClient(attacked.clock);
    var claims = issuer.claims("agent-7", US);
    claims.put("cnf", client.confirmation());
    var token = issuer.key().sign(issuer.header(), claims);

    attacked.refuses(token, "proof_missing");
    var uri = attacked.door.uri("/mcp");
    var answer =
        attacked.door.get(
            "/mcp", "Authorization", "DPoP " + token, "DPoP", client.proof("GET", uri, token));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .anyMatch(each -> each.startsWith("DPoP ") && each.endsWith("scope=\"agents\""));
    attacked.refuses(issuer.token("agent-7", US), "wrong_binding");
  }

  @Test
  void saysToOneWhoShowsNothingWhatToAskFor() throws Exception {
    trust("'requiredScopes':['tools:call','agents'],'certificateBound':true");
    var answer = attacked.door.get("/mcp");

    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .containsExactly(
            "Bearer resource_metadata=\"%s\", scope=\"tools:call agents\""
                .formatted(attacked.door.uri("/.well-known/oauth-protected-resource/mcp")));
    for (var path : List.of("", "/mcp", "/mcp/crm", "/mcp/no-such-server")) {
      var metadata =
          MAPPER.readTree(attacked.door.get("/.well-known/oauth-protected-resource" + path).body());
      assertThat(metadata.toString())
          .isEqualTo(
              ("{\"resource\":\"%s\",\"authorization_servers\":[\"%s\"],"
                      + "\"scopes_supported\":[\"agents\",\"tools:call\"],"
                      + "\"tls_client_certificate_bound_access_tokens\":true,"
                      + "\"bearer_methods_supported\":[\"header\"],"
                      + "\"resource_name\":\"Sallyport\","
                      + "\"token_exchange_endpoint\":\"%s\"}")
                  .formatted(
                      attacked.door.uri(path),
                      issuer.issuer(),
                      attacked.door.uri("/oauth2/token")));
    }
  }

  private void trust(String more) {
    attacked.door.apply(
        "Issuer",
        "corp",
        "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256'],%s}"
            .formatted(issuer.issuer(), keys, US, more));
  }
}
