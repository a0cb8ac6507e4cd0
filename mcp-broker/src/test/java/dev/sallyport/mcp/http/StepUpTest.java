package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.GrantResources;
import dev.sallyport.identity.grant.ToolSchemas;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.ToolCall;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a caller is told by HTTP whose access token does not hold what a call needs. Source: MCP
 * 2025-11-25, scope challenge handling; RFC 9470, section 3.
 */
class StepUpTest extends ServerScene {
  private static final String ANN = "oidc://corp/ann";
  private static final String BINDING =
      """
      {"server": "crm", "token": {"scopes": ["crm"]}, "tools": {
        "query": {"resource": "crm", "action": "query", "token": {"scopes": ["crm:read"]}},
        "count": {"resource": "crm", "action": "count",
                  "token": {"scopes": ["crm:count"], "acr": ["gold", "silver"],
                            "maxAgeSeconds": 300}},
        "hidden": {"resource": "crm", "action": "hidden", "token": {"scopes": ["secret"]}}}}
      """;

  @BeforeEach
  void demand() throws InvalidResourcesException {
    broker.tokens.with("none", ann());
    broker.tokens.with("narrow", ann("crm", "files"));
    broker.tokens.with("wide", ann("crm", "crm:read", "files"));
    var policy =
        """
        {"identity": {"workload": "oidc://corp/ann"}, "tools": [
          {"resource": "crm", "actions": ["*"]}, {"resource": "crm", "deny": ["hidden", "job"]}]}
        """;
    use(policy, BINDING);
  }

  private void use(String policy, String binding) throws InvalidResourcesException {
    var documents =
        List.of(
            new Resource(Resource.API_VERSION, "AgentPolicy", "ann", Map.of(), object(policy)),
            new Resource(Resource.API_VERSION, "ToolBinding", "crm", Map.of(), object(binding)));
    new GrantResources(authority, ToolSchemas.NONE).prepare(new ResourceSet(documents)).activate();
  }

  private static Authenticated ann(String... scopes) {
    return new Authenticated(
        new Principal(
            new PrincipalId(ANN),
            AuthenticationMethod.ACCESS_TOKEN,
            "corp",
            Instant.MAX,
            Confirmation.NONE,
            Set.of(scopes),
            Optional.empty()));
  }

  @ParameterizedTest(name = "{1} at /mcp/{0} with {2}")
  @CsvSource({
    "'',  crm__query, narrow, crm crm:read files",
    "crm, query,      narrow, crm crm:read files",
    "crm, query,      none,   crm crm:read",
    "crm, think,      none,   crm"
  })
  void challengesOneWhoseTokenLacksAScope(String door, String tool, String token, String scopes) {
    long carried = carried(crm);

    var answer = ask(token, door, "tools/call", named(tool));

    assertChallenged(answer, door, scopes);
    assertThat(carried(crm)).isEqualTo(carried);
    var refused = broker.evidence.records(Refused.class).getLast();
    assertThat(refused.decision().reason()).isEqualTo("insufficient_scope");
    assertThat(refused.action().caller().principal().id().value()).isEqualTo(ANN);
    assertThat(refused.action().target()).isInstanceOf(Target.Tool.class);
    assertThat(refused.callId().value()).isEqualTo(data(answer).path("callId").asText());
  }

  private void assertChallenged(Answer answer, String door, String scopes) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(403);
    assertThat(answer.response().headers().allValues("WWW-Authenticate"))
        .containsExactly(
            "Bearer resource_metadata=\"%s\", error=\"insufficient_scope\", scope=\"%s\""
                .formatted(
                    broker.server.uri(
                        "/.well-known/oauth-protected-resource/mcp"
                            + (door.isEmpty() ? "" : "/" + door)),
                    scopes));
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(data(answer).path("code").asText()).isEqualTo("insufficient_scope");
    assertThat(answer.json().at("/error/message").asText()).contains(" Needed: scopes crm");
  }

  private static JsonNode data(Answer answer) {
    return ItemScene.error(answer).path("data");
  }

  @Test
  void goesOnWithATokenThatHasWhatTheChallengeNames() {
    assertThat(ask("narrow", "crm", "tools/call", named("query")).status()).isEqualTo(403);

    var answer = ask("wide", "crm", "tools/call", named("query"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("WWW-Authenticate")).isEmpty();
    assertThat(ItemScene.result(answer).path("isError").asBoolean()).isFalse();
  }

  /** A call through call_tool is the call of the tool that it names. */
  @Test
  void challengesAWrappedCallLikeAnyOther() {
    var wrapped = named("call_tool");
    wrapped.withObjectProperty("arguments").put("name", "query").putObject("arguments");

    assertChallenged(ask("narrow", "crm", "tools/call", wrapped), "crm", "crm crm:read files");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "2025-11-25, 'application/json, text/event-stream'",
    "2025-11-25, application/json",
    "2025-06-18, 'application/json, text/event-stream'"
  })
  void challengesInASessionWhichGoesOnWithTheNewToken(String revision, String accept) {
    var narrow = caller("narrow", "crm");
    var headers = new HashMap<>(ItemScene.session(narrow, revision, object("{}")));
    headers.put("Accept", accept);

    assertChallenged(
        ItemScene.request(narrow, "tools/call", named("query"), headers),
        "crm",
        "crm crm:read files");

    var again = ItemScene.request(caller("wide", "crm"), "tools/call", named("query"), headers);
    assertThat(again.status()).isEqualTo(200);
    assertThat(ItemScene.result(again).has("content")).isTrue();
  }

  /** What is not granted is not there, whatever the scopes: nobody learns what it would need. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "narrow", "wide"})
  void saysNothingOfScopesForWhatIsNotGranted(String token) {
    var hidden = ask(token, "crm", "tools/call", named("hidden"));
    var denied = ask(token, "crm", "tools/call", named("job"));

    assertThat(hidden.status()).isEqualTo(200);
    assertThat(hidden.header("WWW-Authenticate")).isEmpty();
    assertThat(data(hidden).path("code").asText()).isEqualTo("unknown_tool");
    assertThat(told(hidden)).isEqualTo(told(denied));
    assertThat(hidden.response().body()).doesNotContain("scope", "secret");
  }

  @Test
  void listsWhatNeedsAStepUp() {
    for (var token : List.of("none", "wide")) {
      var tools = ItemScene.result(ask(token, "crm", "tools/list", object("{}"))).path("tools");
      assertThat(tools)
          .extracting(tool -> tool.path("name").asText())
          .contains("count", "query", "think")
          .doesNotContain("job");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "prompts/get,         '{\"name\":\"greet\"}'",
    "resources/read,      '{\"uri\":\"file:///a\"}'",
    "completion/complete, '{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},"
        + "\"argument\":{\"name\":\"a\",\"value\":\"\"}}'"
  })
  void challengesAllElseThatTheServerHas(String method, String params) {
    assertChallenged(ask("none", "crm", method, object(params)), "crm", "crm");
    assertThat(ask("narrow", "crm", method, object(params)).status()).isEqualTo(200);
  }

  @Test
  void challengesOneWhoWantsToBeToldOfChanges() {
    var caller = caller("none", "crm");
    var session = ItemScene.session(caller, "2025-11-25", object("{}"));
    var uri = object("{}").put("uri", "file:///a");

    assertChallenged(ItemScene.request(caller, "resources/subscribe", uri, session), "crm", "crm");
  }

  /** What a client answers for its server is decided anew, and may come again with a new token. */
  @Test
  void challengesTheNextRoundOfACall() {
    var first = ItemScene.result(ask("narrow", "crm", "tools/call", named("think")));
    assertThat(first.path("resultType").asText()).isEqualTo("input_required");
    var next = RoundTripScene.again(named("think"), first);

    assertChallenged(ask("none", "crm", "tools/call", next), "crm", "crm");

    assertThat(ask("narrow", "crm", "tools/call", next).json().has("result")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "silver, 100, true",
    "silver, 600, false",
    "bronze, 0,   false",
    "'',     0,   false"
  })
  void wantsAUserToSignInAnew(String acr, int age, boolean goesOn) {
    var signIn =
        new SignIn(
            Optional.of(acr).filter(text -> !text.isEmpty()),
            Optional.of(Instant.now().minusSeconds(age)));
    var full = ann("crm", "crm:count").principal();
    broker.tokens.with("signed-in", new Authenticated(full.signedIn(signIn)));

    var answer = ask("signed-in", "crm", "tools/call", named("count"));

    if (goesOn) {
      assertThat(answer.status()).isEqualTo(200);
      return;
    }
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate"))
        .endsWith(
            ", error=\"insufficient_user_authentication\", acr_values=\"gold silver\","
                + " max_age=\"300\", scope=\"crm crm:count\"");
    assertThat(data(answer).path("code").asText()).isEqualTo("insufficient_user_authentication");
  }

  /** R2: what a model has proposed is still proposed once its caller has the scopes, and once. */
  @Test
  void makesAfterAStepUpTheCallThatWasProposedBefore() throws InvalidResourcesException {
    use(
        """
        {"identity": {"workload": "oidc://corp/ann"}, "containment": {"calls": "proposed"},
         "tools": [{"resource": "crm", "actions": ["*"]}]}
        """,
        BINDING);
    var narrow = broker.caller(ann("crm").principal());
    broker.broker.propose(narrow, Optional.of("crm"), new ToolCall("query", object("{}")));

    assertThat(ask("narrow", "crm", "tools/call", named("query")).status()).isEqualTo(403);
    var made = ItemScene.result(ask("wide", "crm", "tools/call", named("query")));
    assertThat(made.path("isError").asBoolean()).isFalse();
    var again = ItemScene.result(ask("wide", "crm", "tools/call", named("query")));
    assertThat(again.at("/structuredContent/code").asText()).isEqualTo("flow_refused");
  }

  /** What has no scopes in its nature has none demanded of it. */
  @Test
  void demandsNoScopesOfOneWithoutAnAccessToken() throws InvalidResourcesException {
    use(policy("alice", "{\"resource\":\"crm\",\"actions\":[\"*\"]}"), BINDING);

    assertThat(ask("alice", "crm", "tools/call", named("query")).status()).isEqualTo(200);
    assertThat(ask("alice", "crm", "tools/call", named("count")).status()).isEqualTo(200);
  }

  private static ObjectNode named(String tool) {
    var params = object("{}").put("name", tool);
    params.putObject("arguments");
    return params;
  }
}
