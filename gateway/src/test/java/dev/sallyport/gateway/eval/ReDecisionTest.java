package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReDecisionTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String POLICIES =
      """
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: p}
      spec:
        identity: {workload: "oidc://corp/alice"}
        tools: [{resource: crm, actions: [read], when: "'crm.read' in principal.scopes"}]
      """;

  @Test
  void decidesOnTheScopesOfWhoeverActed() throws Exception {
    var policies = new ReDecision(POLICIES, "reader");

    assertThat(policies.again(record("[\"crm.read\"]"))).startsWith("allowed crm read p ");
    assertThat(policies.again(record("[\"crm\"]")))
        .isEqualTo("denied unknown_tool condition_not_met   ");
  }

  private static JsonNode record(String scopes) throws IOException {
    return MAPPER.readTree(
        """
        {"type": "intent", "principal": "oidc://corp/alice", "method": "access-token",
         "scopes": %s, "door": "mcp", "turn": "turn_%s",
         "target": {"kind": "tool", "server": "crm", "tool": "read"},
         "context": {"time": "2026-11-22T10:00:00Z", "label": "USER", "calls": 0}}
        """
            .formatted(scopes, "a".repeat(26)));
  }
}
