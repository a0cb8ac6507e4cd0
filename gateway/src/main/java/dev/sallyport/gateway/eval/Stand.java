package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.trial.Product;
import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A running gateway with one server, a quarantined model, and agents who each are somebody else.
 * Thread-safe.
 */
final class Stand implements AutoCloseable {
  /** How many agents there are. */
  static final int AGENTS = 8;

  private static final long LOOK_NANOS = 50_000_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final String DOMAIN = "spiffe://" + TrialIdentity.TRUST_DOMAIN + "/agent/";

  private final TrialIdentity identity;
  private final ProbeServer probe;
  private final WireServer model;
  private final Path folder;
  private final String quarantine;
  private final String contracts;
  private final HttpClient http = HttpClient.newHttpClient();
  private volatile Product product;

  /**
   * Starts it.
   *
   * @param folder for the data of the gateway
   * @param model which answers in OpenAI's form
   */
  Stand(Path folder, InstantSource clock, ProbeServer probe, WireServer model) throws IOException {
    this(folder, clock, probe, model, "strict");
  }

  /** One whose server has another quarantine. */
  Stand(Path folder, InstantSource clock, ProbeServer probe, WireServer model, String quarantine)
      throws IOException {
    this(folder, clock, probe, model, quarantine, "");
  }

  /**
   * One whose server has another quarantine, and contracts.
   *
   * @param contracts documents that each end with {@code ---}
   */
  Stand(
      Path folder,
      InstantSource clock,
      ProbeServer probe,
      WireServer model,
      String quarantine,
      String contracts)
      throws IOException {
    this.quarantine = quarantine;
    this.contracts = contracts;
    this.folder = folder;
    this.identity = new TrialIdentity(clock);
    this.probe = probe;
    this.model = model;
    this.product = begin();
  }

  private Product begin() throws IOException {
    var options = List.of("--quarantine-model", "reader", "--quarantine-timeout-seconds", "1");
    var started = Product.start(folder, resources(), options);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (started.readyServers() < 1) {
      if (System.nanoTime() > deadline) {
        started.close();
        throw new IOException("the tools of the trial could not be registered");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return started;
  }

  /** Ends the gateway as a fault of the machine would, and starts it again on the same data. */
  void restart() throws IOException {
    product.kill();
    product.close();
    product = begin();
  }

  /** Ends the gateway as an administrator does. */
  void stop() {
    product.close();
  }

  Product product() {
    return product;
  }

  ProbeServer probe() {
    return probe;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path evidence() {
    return data().resolve("evidence");
  }

  /** A turn of an agent that begins with its first call. */
  AgentTurn agent(int number) {
    var server = URI.create("http://127.0.0.1:%d/mcp/probe".formatted(product.port()));
    return new AgentTurn(http, server, identity.token(workload(number)), "probe");
  }

  private static String workload(int number) {
    return DOMAIN + "a" + number;
  }

  /** What the gateway is given, but for what makes its agents known. */
  String resources() {
    return identity.resources() + server() + contracts + policies();
  }

  private String server() {
    return """
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: probe}
    spec: {transport: streamable-http, url: "%s", approval: auto, quarantine: %s, timeoutSeconds: 2, maxResultBytes: 1000000}
    ---
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: model}
    spec: {kind: secret, value: model-secret, providers: [model]}
    ---
    apiVersion: sallyport.dev/v1
    kind: Provider
    metadata: {name: model}
    spec: {protocol: openai, baseUrl: "%s/v1", credential: model}
    ---
    apiVersion: sallyport.dev/v1
    kind: Deployment
    metadata: {name: reader}
    spec: {alias: reader, provider: model, upstreamModel: reader}
    ---
    """
        .formatted(probe.url(), quarantine, model.url());
  }

  private static String policies() {
    return IntStream.range(0, AGENTS)
        .mapToObj(number ->
            """
            apiVersion: sallyport.dev/v1
            kind: AgentPolicy
            metadata: {name: a%d}
            spec:
              identity: {workload: "%s"}
              tools: [{resource: probe, actions: [read, send, pay], approve: [pay], deny: [wipe]}]
            """
                .formatted(number, workload(number)))
        .collect(Collectors.joining("---\n"));
  }

  @Override
  public void close() throws IOException {
    product.close();
    http.close();
    probe.close();
    model.close();
  }
}
