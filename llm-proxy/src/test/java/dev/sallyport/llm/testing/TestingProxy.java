package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.llm.Wires;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.route.Health;
import dev.sallyport.llm.route.Retries;
import dev.sallyport.llm.route.RetryRules;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.upstream.Upstreams;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.h2.jdbcx.JdbcConnectionPool;

/** A whole proxy on fakes: everything about it can be set and seen. */
public final class TestingProxy implements AutoCloseable {
  /** The secret of the credential {@code key}, which every provider here uses. */
  public static final String SECRET = "sk-canary-0123456789";

  /** The key pair of the credentials of Bedrock's. */
  private static final String KEY_PAIR = "AKIDEXAMPLE wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  public static final String MODEL_DENIED = "forbidden";

  public final RecordingEvidence evidence = new RecordingEvidence();
  public final TestingClock clock = new TestingClock();
  public final FakeVault vault = new FakeVault().with("key", SECRET);
  public final BudgetedAuthority authority =
      new BudgetedAuthority(
          FixedAuthority.allowingWhere(
              (_, target) -> !target.equals(new Target.Model(MODEL_DENIED))));

  /** How calls ended, for those who have to wait for it. */
  public final BlockingQueue<Outcome> ended = new LinkedBlockingQueue<>();

  /** How long was waited between attempts. */
  public final List<Duration> pauses = new CopyOnWriteArrayList<>();

  public final Catalog catalog = new Catalog();
  public final JdbcConnectionPool database;
  public final Spending spending;
  public final LlmConfig config;
  public final LlmProxy proxy;

  private final PooledEgressClient egress = new PooledEgressClient(EgressConfig.defaults());
  private final List<Resource> resources = new ArrayList<>();

  public TestingProxy() {
    this(LlmConfig.DEFAULTS);
  }

  public TestingProxy(LlmConfig config) {
    this(config, Wires.adapters());
  }

  public TestingProxy(LlmConfig config, List<ProviderAdapter> adapters) {
    this.config = config;
    database =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    spending = new Spending(database, Spending.Users.MANY, clock, Duration.ofMinutes(11));
    var upstreams =
        new Upstreams(
            vault,
            egress,
            adapters,
            new Health(clock, RetryRules.DEFAULTS),
            new Retries(RetryRules.DEFAULTS, clock, this::pass, () -> 0));
    var path = new ActionPath(authority, evidence, clock, (_, outcome, _) -> ended.add(outcome));
    proxy = new LlmProxy(path, catalog, upstreams, spending, clock, config);
    add("Credential", "key", "{\"providers\": [\"openai\", \"anthropic\", \"second\"]}");
  }

  /** Lets the time of a pause pass at once. */
  private void pass(Duration length) {
    pauses.add(length);
    clock.advance(length);
  }

  /** Adds a provider, which uses the credential {@code key}. */
  public TestingProxy provider(String name, String protocol, URI base) {
    return add(
        "Provider",
        name,
        "{\"protocol\":\"%s\",\"baseUrl\":\"%s\",\"credential\":\"key\",\"timeoutSeconds\":20}"
            .formatted(protocol, base));
  }

  /** What the credential of a provider is that speaks a protocol. */
  public static String secret(String protocol) {
    return protocol.equals("bedrock") ? KEY_PAIR : SECRET;
  }

  /**
   * Adds a provider of any protocol that a fake plays, in a region and with a credential of its
   * own.
   */
  public TestingProxy played(String name, String protocol, FakeProvider fake) {
    vault.with("key-" + name, secret(protocol));
    addLater("Credential", "key-" + name, "{\"providers\": [\"%s\"]}".formatted(name));
    return add(
        "Provider",
        name,
        ("{\"protocol\":\"%s\",\"baseUrl\":\"%s\",\"credential\":\"key-%s\",\"timeoutSeconds\":60,"
             + "\"project\":\"project-1\",\"region\":\"region-%s\",\"apiVersion\":\"2024-10-21\"}")
            .formatted(protocol, fake.base(protocol), name, name));
  }

  /**
   * Adds a deployment behind an alias, named after both it and its provider.
   *
   * @param api {@code chat} or {@code responses}
   */
  public TestingProxy deploymentOf(String alias, String provider, String api, int priority) {
    return add(
        "Deployment",
        alias + "-" + provider,
        ("{\"alias\":\"%s\",\"provider\":\"%s\",\"upstreamModel\":\"up\",\"api\":\"%s\",\"priority\":%d,"
             + "\"price\":{\"inputUsdPerMillion\":\"3.00\",\"outputUsdPerMillion\":\"15.00\"}}")
            .formatted(alias, provider, api, priority));
  }

  /** Adds a deployment. */
  public TestingProxy deployment(String name, String alias, String provider, int priority) {
    return add(
        "Deployment",
        name,
        ("{\"alias\":\"%s\",\"provider\":\"%s\",\"upstreamModel\":\"up-%s\",\"model\":\"model-%s\",\"priority\":%d,"
             + "\"price\":{\"inputUsdPerMillion\":\"3.00\",\"outputUsdPerMillion\":\"15.00\"}}")
            .formatted(alias, provider, name, alias, priority));
  }

  /** Adds a resource, and puts all so far in force. */
  public TestingProxy add(String kind, String name, String spec) {
    addLater(kind, name, spec);
    try {
      catalog.prepare(new ResourceSet(resources)).activate();
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** Adds a resource that comes into force with the next one. */
  public TestingProxy addLater(String kind, String name, String spec) {
    resources.add(new Resource(Resource.API_VERSION, kind, name, Map.of(), Wire.object(spec)));
    return this;
  }

  /** A caller. */
  public Caller caller() {
    return caller("spiffe://prod/agent/ci");
  }

  /** A caller of that name. */
  public Caller caller(String name) {
    var principal = FixedTokens.principal(name);
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), principal.id(), clock.instant());
    return new Caller(principal, turn, Door.MODEL_API);
  }

  /** A request for an answer of a model. */
  public static ObjectNode chat(String model) {
    var chat = JsonNodeFactory.instance.objectNode().put("model", model);
    chat.putArray("messages").addObject().put("role", "user").put("content", "Hi");
    return chat;
  }

  /** A request for a streamed answer of a model. */
  public static ObjectNode streamed(String model) {
    return chat(model).put("stream", true);
  }

  @Override
  public void close() {
    proxy.close();
    egress.close();
    database.dispose();
  }
}
