package dev.sallyport.gateway.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tool calls of revision 2026-07-28 with a small result, held in strict quarantine. */
final class McpBench {
  static final String NAME = "mcp";

  private static final String SERVER = "bench";

  private McpBench() {}

  /** The benchmark against an upstream on a port. */
  static Bench of(int upstreamPort, BenchIdentity identity) {
    return new Bench(
        NAME,
        load(McpAnswers.TOOL, "upstream-secret-of-the-bench", McpAnswers.MARK),
        load(SERVER + "__" + McpAnswers.TOOL, identity.token(), "\"resultType\":\"complete\""),
        resources(upstreamPort),
        "JWT-SVID, policy, credential injection and redaction, strict quarantine, durable evidence"
            + " before the call and before the answer",
        List.of(
            Target.atLeast("mcp.rps_ratio.64", 0.35, 0.55),
            Target.atMost("mcp.added_p50_ms.1", 2, 0.5)));
  }

  private static Load load(String tool, String token, String mark) {
    var headers = new TreeMap<String, String>();
    headers.put("Authorization", "Bearer " + token);
    headers.put("Accept", "application/json, text/event-stream");
    headers.put("MCP-Protocol-Version", "2026-07-28");
    headers.put("Mcp-Method", "tools/call");
    headers.put("Mcp-Name", tool);
    var body =
        """
        {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"%s",\
        "arguments":{"query":"open accounts in the north","limit":20},\
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientCapabilities":{},\
        "io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}}}}\
        """
            .formatted(tool);
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
        .formatted(upstreamPort, BenchIdentity.WORKLOAD, McpAnswers.TOOL);
  }
}
