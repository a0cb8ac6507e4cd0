package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionListener;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Origins;
import dev.sallyport.identity.http.PublicAddress;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.http.ResourceMetadata;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import dev.sallyport.identity.turn.Turns;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.BrokerConfig;
import dev.sallyport.mcp.CarriedStates;
import dev.sallyport.mcp.Containment;
import dev.sallyport.mcp.UsedStates;
import dev.sallyport.mcp.approval.HeldCallLimits;
import dev.sallyport.mcp.approval.HeldCalls;
import dev.sallyport.mcp.http.McpHttpConfig;
import dev.sallyport.mcp.http.McpRoutes;
import dev.sallyport.mcp.registry.ItemStore;
import dev.sallyport.mcp.registry.ProcessLauncher;
import dev.sallyport.mcp.registry.RegistryActions;
import dev.sallyport.mcp.registry.RegistryConfig;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.sandbox.process.Isolation;
import dev.sallyport.sandbox.process.Spawner;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import dev.sallyport.sandbox.testing.SeededRandom;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A whole broker on its routes, with an empty database, fixed tokens and a vault in memory. The
 * token {@code alice} is of {@link #ALICE}, {@code bob} of {@link #BOB}; {@code alice-for-ann} is
 * of the first on behalf of a user.
 */
public final class TestingBroker implements AutoCloseable {
  public static final Principal ALICE = FixedTokens.principal("spiffe://prod/agent/alice");
  public static final Principal BOB = FixedTokens.principal("spiffe://prod/agent/bob");
  public static final RegistryConfig QUICK =
      new RegistryConfig(
          Duration.ofMinutes(5),
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofMillis(200),
          1 << 20);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JsonMapper JSON = new JsonMapper();

  /** What it recorded, unless it was given other evidence. */
  public final RecordingEvidence evidence = new RecordingEvidence();

  public final LendingVault vault = new LendingVault();
  public final TestingClock clock = new TestingClock();
  public final Standing standing = new Standing(clock);

  /** What is known of tokens; {@link #standing} is to be told of a change. */
  public final FixedTokens tokens = new FixedTokens();

  public final Turns turns = new InMemoryTurns(clock, TurnLimits.DEFAULT, _ -> {});
  public final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(7), clock);
  public final HeldCalls heldCalls;
  public final ToolRegistry registry;
  public final Broker broker;
  public final McpRoutes routes;
  public final TestingServer server;
  private final PooledEgressClient egress = new PooledEgressClient(EgressConfig.defaults());
  private final DataSource database;
  private final RememberingSeal seal;
  private final List<Resource> resources = new CopyOnWriteArrayList<>();

  public TestingBroker(Authority authority) {
    this(authority, McpHttpConfig.defaults());
  }

  public TestingBroker(Authority authority, McpHttpConfig http) {
    this(authority, http, database());
  }

  /** A broker on a database that another may have used. */
  public TestingBroker(Authority authority, McpHttpConfig http, DataSource database) {
    this(authority, http, database, new RememberingSeal(), Optional.empty());
  }

  /** A broker in another process, on the same database and with the same keys. */
  public TestingBroker(Authority authority, TestingBroker beside) {
    this(authority, McpHttpConfig.defaults(), beside.database, beside.seal, Optional.empty());
  }

  /** A broker with evidence of another kind. */
  public TestingBroker(Authority authority, Evidence other) {
    this(
        authority, McpHttpConfig.defaults(), database(), new RememberingSeal(), Optional.of(other));
  }

  private TestingBroker(
      Authority authority,
      McpHttpConfig http,
      DataSource database,
      RememberingSeal seal,
      Optional<Evidence> other) {
    this.database = database;
    this.seal = seal;
    var records = other.orElse(evidence);
    heldCalls = new HeldCalls(database, new ReversedSeal(), records, HeldCallLimits.DEFAULT, clock);
    var path = new ActionPath(authority, records, heldCalls, clock, silent());
    var actions = new RegistryActions(path, vault, launcher());
    var store = new ItemStore(database, clock);
    registry = new ToolRegistry(store, actions, egress, vault, QUICK, clock);
    broker =
        new Broker(
            registry,
            path,
            new Containment(quarantine),
            new QuarantineTools(
                quarantine, new ScriptedQuarantineModel("{}"), Duration.ofSeconds(5)),
            new CarriedStates(seal, new UsedStates(database, clock)),
            new BrokerConfig(1 << 20, clock));
    routes = new McpRoutes(broker, turns, http, clock, (_, _) -> {});
    server = new TestingServer(routing -> routing.addFilter(filter()).register(routes));
  }

  /** A database of its own. */
  public static JdbcDataSource database() {
    var database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return database;
  }

  /** Registers a server over HTTP, with every tool approved, and waits until it was inspected. */
  public void register(String name, TestingMcpServer upstream, String quarantine) {
    var spec = httpSpec(upstream);
    spec.put("approval", "auto").put("quarantine", quarantine);
    register(name, spec);
  }

  /** Registers a server and waits until it was inspected. */
  public void register(String name, ObjectNode spec) {
    apply(new Resource(Resource.API_VERSION, "McpServer", name, Map.of(), spec));
    try {
      if (!registry.awaitInspected(name, PATIENCE)) {
        throw new IllegalStateException("not inspected: " + registry.status(name));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Puts a secret into the vault, bound to servers. */
  public void credential(String name, String secret, String... servers) {
    vault.with(name, secret);
    var spec = JSON.createObjectNode();
    for (var server : servers) {
      spec.withArray("servers").add(server);
    }
    apply(new Resource(Resource.API_VERSION, "Credential", name, Map.of(), spec));
  }

  /** Sets a resource, in the place of one of the same name. */
  public void apply(Resource resource) {
    resources.removeIf(known -> known.key().equals(resource.key()));
    resources.add(resource);
    activate();
  }

  /** Removes a resource. */
  public void remove(Resource.Key key) {
    resources.removeIf(known -> known.key().equals(key));
    activate();
  }

  public static ObjectNode httpSpec(TestingMcpServer upstream) {
    return JSON.createObjectNode()
        .put("transport", "streamable-http")
        .put("url", upstream.url().toString());
  }

  /** A caller in its ambient turn. */
  public Caller caller(Principal principal) {
    return new Caller(principal, turns.find(principal, Optional.empty()).orElseThrow(), Door.MCP);
  }

  /** Two tokens, of which the second has nothing of what the first has. */
  public static List<Arguments> strangers() {
    return List.of(
        Arguments.of("alice", "bob"),
        Arguments.of("alice", "alice-for-ann"),
        Arguments.of("alice-for-ann", "alice"),
        Arguments.of("alice-for-ann", "alice-for-ben"),
        Arguments.of("alice-for-ann", "bob-for-ann"));
  }

  /** A client of the routes. */
  public McpCaller client(String token) {
    return new McpCaller(server.uri("/mcp"), token);
  }

  /** A client of the routes of one server. */
  public McpCaller client(String token, String serverName) {
    return new McpCaller(server.uri("/mcp/" + serverName), token);
  }

  @Override
  public void close() {
    server.close();
    registry.close();
    egress.close();
  }

  private void activate() {
    try {
      registry.prepare(new ResourceSet(new ArrayList<>(resources))).activate();
    } catch (InvalidResourcesException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private CallerFilter filter() {
    tokens.with("alice", ALICE.id().value()).with("bob", BOB.id().value());
    for (var agent : List.of("alice", "bob")) {
      for (var user : List.of("ann", "ben")) {
        var principal =
            FixedTokens.principal("spiffe://prod/agent/" + agent, "oidc://corp/" + user);
        tokens.with(agent + "-for-" + user, new Authenticated(principal));
      }
    }
    return new CallerFilter(
        tokens.authenticator(),
        standing,
        turns,
        new Origins(Set.of()),
        new ResourceMetadata(PublicAddress.asRequested(), List::of),
        new RefusedAuthentications(evidence, clock),
        AuthenticationListener.silent());
  }

  /** Starts programs as isolated as they are to be. */
  public static ProcessLauncher launcher() {
    return new ProcessLauncher(Isolation.detect(), new Spawner());
  }

  private static ActionListener silent() {
    return new ActionListener() {
      @Override
      public void ended(Action action, Outcome outcome, Duration took) {}
    };
  }
}
