package dev.sallyport.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.cli.AdminClient;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.ConfigLoader;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.InvalidConfigException;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.server.DataDirectory;
import dev.sallyport.gateway.server.Gateway;
import dev.sallyport.gateway.server.StartException;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.mcp.testing.McpCaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A whole gateway on free ports of the loopback interface, with a trust domain {@code prod} whose
 * workloads it knows.
 *
 * <pre>{@code
 * try (var gateway = TestingGateway.start(folder)) {
 *   gateway.apply("…YAML…");
 *   var answer = gateway.post("/mcp", gateway.svid("/agent/ci"), "{…}");
 * }
 * }</pre>
 */
public final class TestingGateway implements AutoCloseable {
  /** The audience of its identities. */
  public static final String AUDIENCE = "https://gateway.test";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final TestingTrustDomain trustDomain;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path directory;
  private final Gateway gateway;

  /** Kept, as it keeps the one connection that it uses. */
  private final AdminClient admin;

  private TestingGateway(Path directory, Gateway gateway, InstantSource clock) {
    this.trustDomain = new TestingTrustDomain("prod", clock);
    this.directory = directory;
    this.gateway = gateway;
    this.admin = new AdminClient(gateway.admin(), adminToken());
  }

  /**
   * Starts one, and makes its trust domain known to it.
   *
   * @param directory its data directory, which may hold what another left
   */
  public static TestingGateway start(Path directory) {
    return start(directory, Map.of(), Map.of());
  }

  /**
   * Starts one with a configuration of its own.
   *
   * @param keys what differs from the defaults
   * @param environment the variables that it sees
   */
  public static TestingGateway start(
      Path directory, Map<ConfigKey, String> keys, Map<String, String> environment) {
    return start(directory, keys, environment, InstantSource.system());
  }

  /** Starts one that lives by a clock of its own. */
  public static TestingGateway start(
      Path directory,
      Map<ConfigKey, String> keys,
      Map<String, String> environment,
      InstantSource clock) {
    try {
      var gateway = new TestingGateway(directory, open(directory, keys, environment, clock), clock);
      gateway.trust();
      return gateway;
    } catch (StartException e) {
      throw new IllegalStateException("the gateway does not start", e);
    }
  }

  /**
   * Starts a bare one.
   *
   * @throws StartException if it cannot start
   */
  public static Gateway open(
      Path directory, Map<ConfigKey, String> keys, Map<String, String> environment)
      throws StartException {
    return open(directory, keys, environment, InstantSource.system());
  }

  private static Gateway open(
      Path directory,
      Map<ConfigKey, String> keys,
      Map<String, String> environment,
      InstantSource clock)
      throws StartException {
    var flags = new EnumMap<ConfigKey, String>(ConfigKey.class);
    flags.put(ConfigKey.DATA, directory.resolve("data").toString());
    flags.put(ConfigKey.LISTEN_PORT, "0");
    flags.put(ConfigKey.ADMIN_PORT, "0");
    flags.put(ConfigKey.AUDIENCE, AUDIENCE);
    flags.put(ConfigKey.DRAIN_SECONDS, "5");
    flags.putAll(keys);
    try {
      var known = new Environment(environment);
      var config = ConfigLoader.load(Optional.empty(), new Environment(Map.of()), flags);
      return Gateway.start(config, known, clock, "testing");
    } catch (InvalidConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void trust() {
    var spec = JsonNodeFactory.instance.objectNode().put("trustDomain", trustDomain.name());
    spec.set("bundle", read(trustDomain.bundle()));
    var document = JsonNodeFactory.instance.objectNode();
    document.set("spec", spec);
    admin().put("/admin/trustdomains/prod", document).orFail();
  }

  /** Where agents connect. */
  public URI data() {
    return gateway.data();
  }

  /** The gateway itself. */
  public Gateway gateway() {
    return gateway;
  }

  /** Its data directory. */
  public Path dataDirectory() {
    return directory.resolve("data");
  }

  /** A client of its control plane. */
  public AdminClient admin() {
    return admin;
  }

  /** The admin token. */
  public String adminToken() {
    try {
      return Files.readString(DataDirectory.adminToken(dataDirectory())).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Applies documents, all of which must hold. */
  public JsonNode apply(String yaml) {
    return tryApply(yaml).orFail();
  }

  /** Applies documents that may not hold. */
  public AdminClient.Reply tryApply(String yaml) {
    var documents = JsonNodeFactory.instance.arrayNode();
    try {
      DocumentReader.yaml("test", yaml).forEach(document -> documents.add(document.tree()));
    } catch (InvalidDocumentsException e) {
      throw new IllegalArgumentException(e);
    }
    return admin().post("/admin/apply", documents);
  }

  /** A JWT-SVID of the workload {@code spiffe://prod/…}, that this gateway takes. */
  public String svid(String path) {
    return trustDomain.svid(path, AUDIENCE);
  }

  /** A client of its tools that is the workload {@code spiffe://prod/…}. */
  public McpCaller agent(String path) {
    return new McpCaller(gateway.data().resolve("/mcp"), svid(path));
  }

  /** The trust domain whose workloads this gateway knows. */
  public TestingTrustDomain trustDomain() {
    return trustDomain;
  }

  /** Gets a path of the data plane, with a token. */
  public HttpResponse<String> get(String path, String token) {
    return send(request(path, token).GET().build());
  }

  /** Posts JSON to a path of the data plane, with a token. */
  public HttpResponse<String> post(String path, String token, String json) {
    return send(
        request(path, token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(gateway.data().resolve(path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + token);
  }

  /** Sends any request, and reads the answer. */
  public HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The JSON of a text. */
  public static JsonNode read(String json) {
    try {
      return DocumentReader.json("test", json).tree();
    } catch (InvalidDocumentsException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    gateway.close();
    http.close();
  }
}
