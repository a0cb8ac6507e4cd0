package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.trial.Product;
import dev.sallyport.gateway.trial.TrialFolder;
import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A gateway of its own with MCP servers behind it, and an agent that may call all of them, and read
 * what a server has that is to be read. Each of its turns stands for itself.
 */
record Stage(TrialFolder folder, Product product, TrialIdentity identity, HttpClient http)
    implements AutoCloseable {
  private static final long LOOK_NANOS = 20_000_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /**
   * A server behind the gateway.
   *
   * @param quarantine the mode in which its results are
   * @param approval whether its tools are open at once ({@code auto}) or once an administrator has
   *     seen them
   * @param inspectEverySeconds how often it is asked what it has
   * @param held whether a person has to approve each call
   */
  record Server(
      String name,
      String url,
      String quarantine,
      String approval,
      int inspectEverySeconds,
      boolean held) {
    private static final int SELDOM = 3_600;

    /** One whose tools are open at once, and do not change. */
    Server(String name, String url, String quarantine) {
      this(name, url, quarantine, "auto", SELDOM, false);
    }

    /** The same, but a person has to approve each call. */
    Server withApprovals() {
      return new Server(name, url, quarantine, approval, inspectEverySeconds, true);
    }

    private String grant() {
      var approve = held ? ", approve: [\"*\"]" : "";
      return "{resource: %s, actions: [\"*\"]%s}".formatted(name, approve);
    }
  }

  /**
   * Starts it, and waits until the gateway knows the tools of each server.
   *
   * @param more resources besides, as documents of YAML that end with {@code ---}; may be empty
   * @param options more options of the gateway
   */
  static Stage open(
      List<Server> servers,
      String more,
      List<String> options,
      InstantSource clock,
      Consumer<String> progress)
      throws IOException {
    var folder = TrialFolder.create();
    try {
      var identity = new TrialIdentity(clock);
      var resources = identity.resources() + more + resources(servers);
      var product = Product.start(folder.path(), resources, options);
      var stage = new Stage(folder, product, identity, HttpClient.newHttpClient());
      progress.accept("eval, registering the tools of %d servers".formatted(servers.size()));
      stage.await(servers.size());
      return stage;
    } catch (IOException e) {
      folder.close();
      throw e;
    }
  }

  /** A text as the name of a server. */
  static String name(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** A new turn of the agent with one server. */
  AgentTurn turn(String server, String scene) {
    return at("/mcp/" + server, scene);
  }

  /** A new turn of the agent with all servers at once. */
  AgentTurn turn() {
    return at("/mcp", "");
  }

  /** The same turn at another server. */
  AgentTurn with(AgentTurn agent, String server) {
    return agent.at(door("/mcp/" + server));
  }

  private URI door(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(product.port(), path));
  }

  private AgentTurn at(String path, String scene) {
    return new AgentTurn(http, door(path), identity.token(), scene);
  }

  private void await(int servers) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (product.readyServers() < servers) {
      if (System.nanoTime() > deadline) {
        close();
        throw new IOException("the tools of the servers could not be registered");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static String resources(List<Server> servers) {
    var resources = new StringBuilder();
    for (var server : servers) {
      resources.append(
          """
          apiVersion: sallyport.dev/v1
          kind: McpServer
          metadata: {name: %s}
          spec:
            transport: streamable-http
            url: "%s"
            approval: %s
            quarantine: %s
            inspectEverySeconds: %d
            mayShadow: [%s]
          ---
          """
              .formatted(
                  server.name(),
                  server.url(),
                  server.approval(),
                  server.quarantine(),
                  server.inspectEverySeconds(),
                  others(servers, server)));
    }
    return resources
        .append(
            """
            apiVersion: sallyport.dev/v1
            kind: AgentPolicy
            metadata: {name: eval}
            spec:
              identity: {workload: "%s"}
              containment: {tainted_read: true, new_turns: clean}
              tools: [%s]
            """
                .formatted(
                    TrialIdentity.WORKLOAD,
                    servers.stream().map(Server::grant).collect(Collectors.joining(", "))))
        .toString();
  }

  /** Every other server: suites may have tools of names that look alike. */
  private static String others(List<Server> servers, Server server) {
    return servers.stream()
        .map(Server::name)
        .filter(other -> !other.equals(server.name()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() throws IOException {
    http.close();
    product.close();
    folder.close();
  }
}
