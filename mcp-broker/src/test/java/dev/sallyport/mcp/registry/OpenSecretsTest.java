package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenSecretsTest {
  private static final String SECRET = "ghp_0123456789abcdefghij";

  @Test
  void namesEachPlaceWhereASecretStandsInTheOpenAndNotTheSecret() throws Exception {
    var stdio =
        """
        {"transport": "stdio", "command": ["/usr/bin/server", "--token=%s", "--all"],
         "env": {"API_KEY": {"value": "correct horse"}, "OTHER": {"value": "%s"},
                 "LANG": {"value": "C.UTF-8"}, "PASSWORD": {"credential": "files"}}}
        """
            .formatted(SECRET, SECRET);
    var http =
        """
        {"transport": "streamable-http", "url": "https://crm.example/mcp?key=%s"}
        """
            .formatted(SECRET);

    assertThat(doubts(stdio))
        .extracting(Mistake::pointer)
        .containsExactly("/spec/command/1", "/spec/env/API_KEY/value", "/spec/env/OTHER/value");
    assertThat(doubts(http)).extracting(Mistake::pointer).containsExactly("/spec/url");
    assertThat(doubts(stdio))
        .allSatisfy(doubt -> assertThat(doubt.problem()).doesNotContain(SECRET, "horse"));
  }

  @Test
  void doubtsNothingOfWhatIsUsual() throws Exception {
    assertThat(
            doubts(
                """
                {"transport": "stdio", "command": ["npx", "-y", "@example/server-files", "/srv"],
                 "env": {"LANG": {"value": "C.UTF-8"}, "COOKIES": {"value": "off"}}}
                """))
        .isEmpty();
    assertThat(doubts("{\"transport\": \"streamable-http\", \"url\": \"https://a.example/mcp\"}"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOTION_TOKEN=0123456789abcdef",
        "SLACK_BOT_TOKEN=0123456789abcdef",
        "JIRA_API_TOKEN=0123456789abcdef",
        "STRIPE_KEY=0123456789abcdef",
        "OPENAI_APIKEY=0123456789abcdef",
        "CLIENT_SECRET=0123456789abcdef",
        "DB_PASSWORD=correct horse",
        "DB_PASSWORD=8 longer",
        "COOKIE=0123456789abcdef",
        "MCP_URL=https://x.example/mcp?api_key=0123456789abcdef",
        "DATABASE_URL=postgres://ada:correct@db.example/crm",
        "PASSWORD_FILE=ghp_0123456789abcdefghij"
      })
  void doubtsAVariableByItsNameOrByItsValue(String variable) throws Exception {
    assertThat(doubts(withVariable(variable))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GOOGLE_APPLICATION_CREDENTIALS=/etc/sa.json",
        "PASSWORD_FILE=run/secrets/x",
        "SECRET_PATH=team/crm/prod",
        "TOKEN_URL=https://id.example/token",
        "COOKIE_DOMAIN=example.org",
        "CREDENTIALS_DIR=conf/credentials",
        "MAX_TOKENS=1000000000",
        "KEYBOARD=0123456789abcdef",
        "DB_PASSWORD=7 chars"
      })
  void doubtsNoVariableThatSaysWhereSomethingIsOrIsNoSecret(String variable) throws Exception {
    assertThat(doubts(withVariable(variable))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--api-key=0123456789abcdef",
        "-token=0123456789abcdef",
        "NOTION_TOKEN=0123456789abcdef",
        "https://x.example/mcp?api_key=0123456789abcdef"
      })
  void doubtsWhatACommandGivesByName(String argument) throws Exception {
    assertThat(doubts(withArgument(argument)))
        .extracting(Mistake::pointer)
        .containsExactly("/spec/command/1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--api-key",
        "--api-key=",
        "--api-key=/run/secrets/x",
        "--token-file=run/secrets/x",
        "--name=0123456789abcdef",
        "0123456789abcdef"
      })
  void doubtsNothingElseOfACommand(String argument) throws Exception {
    assertThat(doubts(withArgument(argument))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?api_key=0123456789abcdef",
        "?a=b&access-key=0123456789abcdef&c=d",
        "?userToken=0123456789abcdef"
      })
  void doubtsAParameterOfAQueryByItsName(String query) throws Exception {
    assertThat(doubts(withQuery(query))).extracting(Mistake::pointer).containsExactly("/spec/url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?key=&a=0123456789abcdef", "?api_key=short&page=0123456789abcdef"})
  void doubtsNoOtherParameterOfAQuery(String query) throws Exception {
    assertThat(doubts(withQuery(query))).isEmpty();
  }

  private static String withVariable(String variable) {
    int end = variable.indexOf('=');
    return "{\"transport\": \"stdio\", \"command\": [\"/usr/bin/server\"], \"env\": {\"%s\": {\"value\": \"%s\"}}}"
        .formatted(variable.substring(0, end), variable.substring(end + 1));
  }

  private static String withArgument(String argument) {
    return "{\"transport\": \"stdio\", \"command\": [\"/usr/bin/server\", \"%s\"]}"
        .formatted(argument);
  }

  private static String withQuery(String query) {
    return "{\"transport\": \"streamable-http\", \"url\": \"https://x.example/mcp%s\"}"
        .formatted(query);
  }

  private static List<Mistake> doubts(String spec) throws Exception {
    var tree = (ObjectNode) TestingListing.JSON.readTree(spec);
    var server = new Resource(Resource.API_VERSION, "McpServer", "crm", Map.of(), tree);
    return ServerCheck.doubts(new ResourceSet(List.of(server)));
  }
}
