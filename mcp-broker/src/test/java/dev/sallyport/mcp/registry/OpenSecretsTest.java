package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

  private static List<Mistake> doubts(String spec) throws Exception {
    var tree = (ObjectNode) TestingListing.JSON.readTree(spec);
    var server = new Resource(Resource.API_VERSION, "McpServer", "crm", Map.of(), tree);
    return ServerCheck.doubts(new ResourceSet(List.of(server)));
  }
}
