package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.TrialIdentity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tool calls of revision 2026-07-28 with a small result, held in strict quarantine. */
final class McpBench {
  static final String NAME = "mcp";

  private static final String SERVER = "bench";

  private McpBench() {}

  /** The benchmark against an upstream on a port. */
  static Bench of(int upstreamPort, TrialIdentity identity) {
    return new Bench(
        NAME,
        load(McpAnswers.TOOL, "upstream-secret-of-the-bench", McpAnswers.MARK),
        call(identity.token()),
        resources(upstreamPort),
        "JWT-SVID, policy, credential injection and redaction, strict quarantine, durable evidence"
            + " before the call and before the answer",
        List.of(
            Target.atLeast("mcp.rps_ratio.64", 0.35, 0.55),
            Target.atMost("mcp.added_p50_ms.1", 2, 0.5)));
  }

  /** The call at the product, of whoever holds that token. */
  static Load call(String token) {
    return load(SERVER + "__" + McpAnswers.TOOL, token, "\"resultType\":\"complete\"");
  }

  /** A look at the list of tools at the product, which has one that the caller may call. */
  static Load list(TrialIdentity identity) {
    return load("tools/list", Map.of(), "", identity.token(), McpAnswers.TOOL);
  }

  private static Load load(String tool, String token, String mark) {
    return load(
        "tools/call",
        Map.of("Mcp-Name", tool),
        """
        "name":"%s","arguments":{"query":"open accounts in the north","limit":20},\
        """
            .formatted(tool),
        token,
        mark);
  }

  private static Load load(
      String method, Map<String, String> more, String params, String token, String mark) {
    var headers = new TreeMap<>(more);
    headers.put("Authorization", "Bearer " + token);
    headers.put("Accept", "application/json, text/event-stream");
    headers.put("MCP-Protocol-Version", "2026-07-28");
    headers.put("Mcp-Method", method);
    var body =
        """
        {"jsonrpc":"2.0","id":1,"method":"%s","params":{%s\
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientCapabilities":{},\
        "io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}}}}\
        """
            .formatted(method, params);
    return Load.post(
        "/mcp",
        Map.copyOf(headers),
        body,
        answer -> answer.contains(mark) && !answer.contains("\"isError\":true"));
  }

  private static String resources(int upstreamPort) {
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: bench-tools}
    spec: {kind: header, header: Authorization, value: "Bearer upstream-secret-of-the-bench", servers: [bench]}
    ---
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: bench}
    spec: {transport: streamable-http, url: "http://127.0.0.1:%d/mcp", credential: bench-tools, approval: auto, quarantine: strict}
    ---
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: bench}
    spec:
      identity: {workload: "%s"}
      tools: [{resource: bench, actions: ["%s"]}]
      credentials: {injection: runtime, expose_to_agent: false}
    """
        .formatted(upstreamPort, TrialIdentity.WORKLOAD, McpAnswers.TOOL);
  }
}
