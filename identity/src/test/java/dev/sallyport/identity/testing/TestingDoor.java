package dev.sallyport.identity.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Revocations;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.dpop.DpopProofs;
import dev.sallyport.identity.dpop.ProofNonces;
import dev.sallyport.identity.dpop.SharedProofs;
import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.http.Origins;
import dev.sallyport.identity.http.PublicAddress;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.http.ResourceMetadata;
import dev.sallyport.identity.key.KeyStore;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.svid.SvidPolicy;
import dev.sallyport.identity.trust.DomainStanding;
import dev.sallyport.identity.trust.IdentityResources;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The door of the data plane as the product has it: the filter, every verifier that resources make,
 * evidence and metrics; behind it a route that says who calls.
 */
public final class TestingDoor implements AutoCloseable {
  /** The name of the gateway in tokens. */
  public static final String US = "https://gateway.example";

  private static final JsonMapper MAPPER = new JsonMapper();

  private final TestingClock clock;
  private final ProofNonces nonces;
  private final Map<String, TokenDemand> demands = new ConcurrentHashMap<>();
  private final Standing standing;
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final TestingDatabase database = TestingDatabase.h2();
  private final Map<Resource.Key, Resource> resources = new LinkedHashMap<>();
  private final List<String> metrics = new CopyOnWriteArrayList<>();
  private final IdentityResources identities;
  private final TestingServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  /** A door through which no one comes before resources are set, and that keeps no bundles. */
  public TestingDoor(TestingClock clock) {
    this(clock, Path.of("/dev/null/none"));
  }

  /** A door that keeps bundles in a directory. */
  public TestingDoor(TestingClock clock, Path kept) {
    this(clock, kept, ProofNonces.off());
  }

  /** A door where proofs of keys must hold nonces. */
  public TestingDoor(TestingClock clock, ProofNonces nonces) {
    this(clock, Path.of("/dev/null/none"), nonces);
  }

  private TestingDoor(TestingClock clock, Path kept, ProofNonces nonces) {
    this.clock = clock;
    this.nonces = nonces;
    standing = new Standing(clock);
    var source = database.dataSource();
    Migrations.run(source, "identity");
    identities =
        new IdentityResources(
            new KeyStore(source, clock), SvidPolicy.of(Set.of(US)), kept, clock, standing::review);
    var metadata =
        new ResourceMetadata(
            PublicAddress.asRequested(),
            identities::authorizationServers,
            server -> demands.getOrDefault(server, TokenDemand.NONE),
            nonces);
    server =
        new TestingServer(routing ->
            routing
                .addFilter(filter(metadata))
                .register(ResourceMetadata.PATH, metadata)
                .any(
                    "/*",
                    (request, response) ->
                        response.send(Callers.of(request, Door.MCP).principal().id().toString())));
  }

  private CallerFilter filter(ResourceMetadata metadata) {
    return new CallerFilter(
        new Authenticator(
            List.of(identities),
            identities,
            new DpopProofs(new SharedProofs(database.dataSource(), clock), nonces, clock),
            Revocations.NONE,
            clock),
        standing,
        new InMemoryTurns(clock, TurnLimits.DEFAULT, _ -> {}),
        new Origins(Set.of()),
        metadata,
        new RefusedAuthentications(evidence, clock),
        listener());
  }

  private AuthenticationListener listener() {
    return new AuthenticationListener() {
      @Override
      public void authenticated(AuthenticationMethod method) {
        metrics.add("ok " + method.label());
      }

      @Override
      public void refused(String reason) {
        metrics.add("refused " + reason);
      }
    };
  }

  /** Puts a resource in force; single quotes stand for double ones in its spec. */
  public void apply(String kind, String name, String spec) {
    try {
      var resource =
          new Resource(
              Resource.API_VERSION,
              kind,
              name,
              Map.of(),
              (ObjectNode) MAPPER.readTree(spec.replace('\'', '"')));
      resources.put(resource.key(), resource);
      activate();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** From now on, access tokens must hold this for whatever a server has. */
  public void demand(String server, TokenDemand demand) {
    demands.put(server, demand);
  }

  /** Takes a resource out of force. */
  public void remove(String kind, String name) {
    resources.remove(new Resource.Key(kind, name));
    activate();
  }

  private void activate() {
    try {
      identities.prepare(new ResourceSet(resources.values())).activate();
    } catch (InvalidResourcesException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Does what the gateway does every few seconds. */
  public void tick() {
    identities.tick();
  }

  /** Whether the gateway says that it is ready, as far as identities go. */
  public boolean ready() {
    return identities.works();
  }

  /** What is known of the bundle of a resource of the kind TrustDomain. */
  public DomainStanding.Standing standing(String resource) {
    return identities.standings().stream()
        .filter(domain -> domain.resource().equals(resource))
        .map(DomainStanding::standing)
        .findFirst()
        .orElseThrow();
  }

  /** What the verifiers say of a token now, past the filter: nothing of it is recorded. */
  public Optional<Authentication> verify(String token) {
    return identities.verify(token);
  }

  /** What the verifiers say of a certificate now, past the filter: nothing of it is recorded. */
  public Authentication verify(X509Certificate certificate) {
    return identities.verify(List.of(certificate));
  }

  public URI uri(String path) {
    return server.uri(path);
  }

  /** Sends a request with headers, by name and value. */
  public HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Waits until no request is under way: one can be for a moment after its answer has come. */
  public void awaitIdle() {
    while (standing.size() > 0) {
      Thread.onSpinWait();
    }
  }

  public RecordingEvidence evidence() {
    return evidence;
  }

  /** What metrics were told, such as {@code ok jwt-svid} or {@code refused expired}, in order. */
  public List<String> metrics() {
    return List.copyOf(metrics);
  }

  @Override
  public void close() {
    client.close();
    server.close();
    identities.close();
    database.close();
  }
}
