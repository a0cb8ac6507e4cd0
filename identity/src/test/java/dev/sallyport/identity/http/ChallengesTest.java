package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDoor;
import dev.sallyport.identity.testing.TestingIssuer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which scopes callers are told to ask for, at the door of the data plane. */
class ChallengesTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @TempDir private Path folder;
  private final TestingClock clock = new TestingClock();
  private final TestingIssuer issuer = new TestingIssuer(clock);
  private final TestingDoor door = new TestingDoor(clock);

  @BeforeEach
  void demand() throws IOException {
    trust("corp", "'requiredScopes':['agents']");
    door.demand("crm", TokenDemand.ofScopes(Set.of("crm", "crm:read")));
  }

  @AfterEach
  void close() {
    issuer.close();
    door.close();
  }

  /** What the server demands of every call is asked for at once; nothing of any other server. */
  @ParameterizedTest
  @CsvSource({
    "/mcp/crm,  agents crm crm:read",
    "/mcp,      agents",
    "/mcp/crmx, agents",
    "/mcp/CRM,  agents",
    "/mcp/crm/, agents",
    "/v1/models, agents"
  })
  void asksForTheScopesOfTheServerFromTheFirst(String path, String scopes) throws Exception {
    assertThat(challenge(door.get(path))).endsWith("\", scope=\"" + scopes + "\"");
    assertThat(challenge(door.get(path, "Authorization", "Bearer x")))
        .endsWith("\", scope=\"" + scopes + "\", error=\"invalid_token\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/mcp/crm, agents crm crm:read",
    "/mcp,     agents",
    "/mcp/no,  agents",
    "'',       agents"
  })
  void listsThemInTheMetadataOfTheServerAlone(String resource, String scopes) throws Exception {
    var metadata = door.get("/.well-known/oauth-protected-resource" + resource).body();

    assertThat(MAPPER.readTree(metadata).path("scopes_supported"))
        .extracting(scope -> scope.asText())
        .containsExactly(scopes.split(" "));
  }

  /** A client that was told to ask for less than one issuer wants would be sent back. */
  @Test
  void asksForNoneWhereIssuersWantDifferentOnes() throws Exception {
    trust("other", "'requiredScopes':['people']");

    assertThat(challenge(door.get("/mcp/crm"))).endsWith("/mcp/crm\"");
    var metadata = door.get("/.well-known/oauth-protected-resource/mcp/crm").body();
    assertThat(MAPPER.readTree(metadata).path("scopes_supported")).hasSize(4);
  }

  /** Nobody loses by a step up what was granted before. */
  @ParameterizedTest
  @CsvSource({
    "/mcp/crm, 'files openid', agents crm crm:read files openid",
    "/mcp/crm, 'crm',          agents crm crm:read",
    "/mcp,     'files',        agents files",
    "/mcp,     '',             agents"
  })
  void namesAllThatIsNeededAndAllThatIsGranted(String path, String granted, String asked)
      throws Exception {
    var answer = door.get(path, "Authorization", "Bearer " + token(granted));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(challenge(answer))
        .endsWith(", error=\"insufficient_scope\", scope=\"" + asked + "\"");
    var told = MAPPER.readTree(answer.body());
    assertThat(told.at("/error/data/code").asText()).isEqualTo("insufficient_scope");
    assertThat(told.at("/error/message").asText())
        .endsWith(
            path.equals("/mcp") ? "Needed: scopes agents." : "Needed: scopes agents crm crm:read.");
  }

  static Stream<Arguments> hostile() {
    var many = IntStream.range(100, 400).mapToObj(i -> "scope-" + i).toList();
    return Stream.of(
        arguments("a\"b", "agents"),
        arguments("a\\b", "agents"),
        arguments("a\r\nSet-Cookie:x", "agents"),
        arguments("a\tb", "agents"),
        arguments("\u00e9", "agents"),
        arguments("\u0000", "agents"),
        arguments("offline_access", "agents"),
        arguments("s".repeat(129), "agents"),
        arguments("s".repeat(128), "agents " + "s".repeat(128)),
        arguments("ok a\"b fine", "agents fine ok"),
        arguments(
            String.join(" ", many),
            "agents " + many.stream().limit(2_048 / 10).collect(Collectors.joining(" "))));
  }

  /** A header holds of a token's scopes what may stand there, and no more than 2048 characters. */
  @ParameterizedTest
  @MethodSource("hostile")
  void writesNothingElseOfATokenIntoTheHeader(String granted, String asked) throws Exception {
    var answer = door.get("/mcp", "Authorization", "Bearer " + token(granted));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(challenge(answer)).endsWith(", scope=\"" + asked + "\"");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  private void trust(String name, String more) throws IOException {
    var keys = Files.writeString(folder.resolve(name + ".jwks"), issuer.jwks());
    var names = name.equals("corp") ? issuer.issuer() : "https://" + name + ".example";
    door.apply(
        "Issuer",
        name,
        "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256'],%s}"
            .formatted(names, keys, US, more));
  }

  private String token(String scopes) {
    var claims = issuer.claims("agent-7", US);
    claims.put("scope", scopes);
    return issuer.key().sign(issuer.header(), claims);
  }

  private static String challenge(HttpResponse<String> answer) {
    var all = answer.headers().allValues("WWW-Authenticate");
    assertThat(all).isEqualTo(List.of(all.getFirst())).first().asString().startsWith("Bearer ");
    return all.getFirst();
  }
}
