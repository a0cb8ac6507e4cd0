package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.testing.TestingGateway;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that act on behalf of users, from the exchange of tokens to the records of calls. */
class TokenExchangeTest extends DelegationScene {
  @Test
  void givesAnAgentATokenByWhichItActsForAUser() {
    var form = form(user("alice", Map.of("scope", "crm:read crm:write")));
    form.put("actor_token", agent());
    form.put("actor_token_type", JWT);
    form.put("resource", gateway.data().toString());
    form.put("audience", TestingGateway.AUDIENCE);
    form.put("scope", "crm:read");

    var answer = exchange(agent(), form);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    var body = TestingGateway.read(answer.body());
    assertThat(fields(body))
        .containsExactlyInAnyOrder(
            "access_token", "issued_token_type", "token_type", "expires_in", "scope");
    assertThat(body.path("issued_token_type").asText()).isEqualTo(ACCESS_TOKEN);
    assertThat(body.path("token_type").asText()).isEqualTo("Bearer");
    assertThat(body.path("scope").asText()).isEqualTo("crm:read");
    assertThat(body.path("expires_in").asInt()).isBetween(240, 300); // the user's token ends first
    var claims = claims(body.path("access_token").asText());
    assertThat(claims.path("sub").asText()).isEqualTo("oidc://corp/alice");
    assertThat(claims.at("/act/sub").asText()).isEqualTo(AGENT);
    var record = record("event", "token.exchanged").path("facts");
    assertThat(record.path("principal").asText()).isEqualTo(AGENT);
    assertThat(record.path("on_behalf_of").asText()).isEqualTo("oidc://corp/alice");
    assertThat(record.path("user_authority").asText()).isEqualTo("corp");
    assertThat(record.path("token").asText()).isEqualTo(claims.path("jti").asText());
    assertThat(record.toString()).doesNotContain(body.path("access_token").asText());
  }

  /** AZ-17: evidence has both, whatever becomes of the call. */
  @Test
  void namesTheAgentAndTheUserInTheRecordsOfWhatTheAgentDoes() {
    var answer = callTool(gateway, exchanged("alice"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var record = record("on_behalf_of", "oidc://corp/alice");
    assertThat(record.path("type").asText()).isEqualTo("denied");
    assertThat(record.path("principal").asText()).isEqualTo(AGENT);
    assertThat(record.path("user_authority").asText()).isEqualTo("corp");
    assertThat(record.path("chain").isArray()).isTrue();
    assertThat(record.at("/target/tool").asText()).isEqualTo("read");
  }

  /** ID-44: not what it has on its own, and not what it has for another user. */
  @Test
  void keepsWhatAnAgentHasForOneUserFromOthers() {
    var alice = exchanged("alice");
    var initialize =
        """
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
          "protocolVersion": "2025-11-25", "capabilities": {},
          "clientInfo": {"name": "t", "version": "1"}}}
        """;
    var begun = gateway.post("/mcp", alice, initialize);
    var session = begun.headers().firstValue("Mcp-Session-Id").orElseThrow();
    var turn = begun.headers().firstValue("Sallyport-Turn").orElseThrow();

    for (var stranger : List.of(agent(), exchanged("bob"))) {
      assertThat(with(stranger, "Mcp-Session-Id", session)).isEqualTo(404);
      assertThat(with(stranger, "Sallyport-Turn", turn)).isEqualTo(404);
    }
    assertThat(with(exchanged("alice"), "Mcp-Session-Id", session)).isEqualTo(200);
    assertThat(with(exchanged("alice"), "Sallyport-Turn", turn)).isNotEqualTo(404);
  }

  private int with(String token, String header, String value) {
    return gateway
        .send(
            HttpRequest.newBuilder(gateway.data().resolve("/mcp"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header(header, value)
                .POST(
                    BodyPublishers.ofString(
                        "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}"))
                .build())
        .statusCode();
  }

  @Test
  void isNotTakenByAnotherGateway(@TempDir Path others) {
    var token = exchanged("alice");
    assertThat(callTool(gateway, token).statusCode()).isEqualTo(200);

    try (var other = TestingGateway.start(others)) {
      trust(other);
      assertThat(callTool(other, token).statusCode()).isEqualTo(401);
      assertThat(record(other, "event", "authentication.refused").at("/facts/reason").asText())
          .isEqualTo("delegation_not_allowed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"issuers/corp", "trustdomains/prod"})
  void endsWithWhoeverVouchedForTheUserOrTheAgent(String vouching, @TempDir Path own) {
    try (var mine = TestingGateway.start(own)) {
      trust(mine);
      var token = token(post(mine, mine.svid("/agent/ci"), encoded(form(user("alice")))));
      assertThat(callTool(mine, token).statusCode()).isEqualTo(200);

      mine.admin().delete("/admin/" + vouching).orFail();

      assertThat(callTool(mine, token).statusCode()).isEqualTo(401);
      assertThat(record(mine, "event", "authentication.refused").at("/facts/reason").asText())
          .isEqualTo("voucher_changed");
    }
  }

  @Test
  void isNotTakenOnceItWasChanged() {
    var token = exchanged("alice");
    var parts = token.split("\\.", -1);
    var claims = claims(token).toString().replace("oidc://corp/alice", "oidc://corp/admin");
    var forged = parts[0] + "." + base64(claims) + "." + parts[2];

    assertThat(callTool(gateway, forged).statusCode()).isEqualTo(401);
    assertThat(record("event", "authentication.refused").at("/facts/reason").asText())
        .isEqualTo("bad_signature");
  }

  @Test
  void isNamedInTheMetadata() {
    var metadata =
        gateway.send(
            HttpRequest.newBuilder(gateway.data().resolve("/.well-known/oauth-protected-resource"))
                .build());

    assertThat(TestingGateway.read(metadata.body()).path("token_exchange_endpoint").asText())
        .isEqualTo(gateway.data().resolve("/oauth2/token").toString());
  }

  private static JsonNode claims(String token) {
    var payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    return TestingGateway.read(new String(payload, StandardCharsets.UTF_8));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
