package dev.sallyport.it;

import dev.sallyport.gateway.testing.TestingGateway;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The MCP server of ours that answers all of the protocol, and a gateway before it, which trusts
 * it. One agent, the guest, may do everything; another, the reader, may call four tools, get one
 * prompt, read one resource, and have one template completed.
 */
final class FixtureScene implements AutoCloseable {
  private static final Duration SETTLE = Duration.ofSeconds(60);

  private final TestingGateway gateway;
  private final NodeServer server;

  /** Another process of the same server: what is done to it the gateway does not hear of. */
  private final NodeServer alone;

  private FixtureScene(Path folder) {
    gateway = TestingGateway.start(folder);
    server = NodeServer.fixture();
    alone = NodeServer.fixture();
  }

  static FixtureScene open(Path folder) {
    var scene = new FixtureScene(folder);
    scene.gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: fixture}
        spec: {transport: streamable-http, url: '%1$s', approval: auto, quarantine: trusted}
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: sessions}
        spec:
          transport: streamable-http
          url: '%1$s'
          protocol: 2025-11-25
          approval: auto
          quarantine: trusted
        ---
        apiVersion: sallyport.dev/v1
        kind: ToolBinding
        metadata: {name: fixture}
        spec:
          server: fixture
          prompts:
            test_prompt_with_arguments: {resource: fixture, action: ask}
          resources:
            - {uri: 'test://static-text', resource: fixture, action: read}
            - {template: 'test://template/{id}/data', resource: fixture, action: complete}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: guest}
        spec:
          identity: {workload: spiffe://prod/agent/guest}
          tools:
            - {resource: fixture, actions: ['*']}
            - {resource: sessions, actions: ['*']}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: reader}
        spec:
          identity: {workload: spiffe://prod/agent/reader}
          tools:
            - resource: fixture
              actions:
                [echo_structured, test_error_handling, test_tool_with_progress, wait,
                 ask, read, complete]
        """
            .formatted(scene.server.uri()));
    if (!scene.gateway.gateway().awaitServers(SETTLE)) {
      throw new AssertionError("the server was not inspected in time");
    }
    return scene;
  }

  /** Where such a server is that has no gateway before it. */
  URI direct() {
    return alone.uri();
  }

  /** Where the server is found through the gateway under one of its names, by who has a token. */
  URI through(String name) {
    return gateway.data().resolve("/mcp/" + name);
  }

  /** Where everything is found through the gateway. */
  URI all() {
    return gateway.data().resolve("/mcp");
  }

  /** A token of the agent that may do everything. */
  String guestToken() {
    return gateway.svid("/agent/guest");
  }

  /** Ends when the server behind the gateway has said a line. */
  CompletableFuture<Void> said(String line) {
    return server.said(line);
  }

  /** A token of the agent that may do little. */
  String readerToken() {
    return gateway.svid("/agent/reader");
  }

  @Override
  public void close() {
    gateway.close();
    server.close();
    alone.close();
  }
}
