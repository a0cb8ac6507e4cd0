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
import dev.sallyport.llm.anthropic.AnthropicAdapter;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.openai.OpenAiAdapter;
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
import java.util.concurrent.LinkedBlockingQueue;
import org.h2.jdbcx.JdbcConnectionPool;

/** A whole proxy on fakes: everything about it can be set and seen. */
public final class TestingProxy implements AutoCloseable {
  /** The secret of the credential {@code key}, which every provider here uses. */
  public static final String SECRET = "sk-canary-0123456789";

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
    this.config = config;
    database =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    spending = new Spending(database, clock, Duration.ofMinutes(11));
    var upstreams =
        new Upstreams(vault, egress, List.of(new OpenAiAdapter(), new AnthropicAdapter()), clock);
    var path = new ActionPath(authority, evidence, clock, (_, outcome, _) -> ended.add(outcome));
    proxy = new LlmProxy(path, catalog, upstreams, spending, clock, config);
    add("Credential", "key", "{\"providers\": [\"openai\", \"anthropic\", \"second\"]}");
  }

  /** Adds a provider, which uses the credential {@code key}. */
  public TestingProxy provider(String name, String protocol, URI base) {
    return add(
        "Provider",
        name,
        "{\"protocol\":\"%s\",\"baseUrl\":\"%s\",\"credential\":\"key\",\"timeoutSeconds\":20}"
            .formatted(protocol, base));
  }

  /** Adds a deployment. */
  public TestingProxy deployment(String name, String alias, String provider, int priority) {
    return add(
        "Deployment",
        name,
        ("{\"alias\":\"%s\",\"provider\":\"%s\",\"upstreamModel\":\"up-%s\",\"priority\":%d,"
                + "\"price\":{\"inputUsdPerMillion\":\"3.00\",\"outputUsdPerMillion\":\"15.00\"}}")
            .formatted(alias, provider, name, priority));
  }

  /** Adds a resource, and puts all so far in force. */
  public TestingProxy add(String kind, String name, String spec) {
    resources.add(new Resource(Resource.API_VERSION, kind, name, Map.of(), Wire.object(spec)));
    try {
      catalog.prepare(new ResourceSet(resources)).activate();
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** A caller. */
  public Caller caller() {
    var principal = FixedTokens.principal("spiffe://prod/agent/ci");
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
