package dev.sallyport.gateway.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindNamesTest {
  private static final KindNames KINDS =
      new KindNames(Set.of("McpServer", "AgentPolicy", "VirtualKey", "ToolBinding"));

  @ParameterizedTest
  @CsvSource({
    "McpServer, McpServer",
    "mcpserver, McpServer",
    "mcpservers, McpServer",
    "agentpolicies, AgentPolicy",
    "AgentPolicies, AgentPolicy",
    "virtualkeys, VirtualKey",
    "toolbindings, ToolBinding"
  })
  void takesAKindInEveryFormThatPeopleWrite(String written, String kind) {
    assertThat(KINDS.find(written)).contains(kind);
  }

  @Test
  void suggestsTheKindThatWasProbablyMeant() {
    assertThat(KINDS.find("McpServr")).isEmpty();
    assertThat(KINDS.unknown("McpServr"))
        .isEqualTo("there is no kind McpServr; did you mean McpServer?");
    assertThat(KINDS.unknown("Gateway"))
        .isEqualTo(
            "there is no kind Gateway;"
                + " the kinds are AgentPolicy, McpServer, ToolBinding, VirtualKey");
  }
}
