package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.resource.ResourceModules;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.gateway.turn.TurnLimits;
import dev.sallyport.gateway.turn.TurnLoop;
import dev.sallyport.gateway.turn.TurnTimer;
import dev.sallyport.identity.grant.GrantResources;
import dev.sallyport.identity.key.KeyStore;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.svid.SvidPolicy;
import dev.sallyport.identity.trust.IdentityResources;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.llm.anthropic.AnthropicAdapter;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.openai.OpenAiAdapter;
import dev.sallyport.llm.upstream.Upstreams;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.BrokerConfig;
import dev.sallyport.mcp.Containment;
import dev.sallyport.mcp.registry.ItemStore;
import dev.sallyport.mcp.registry.ProcessLauncher;
import dev.sallyport.mcp.registry.RegistryActions;
import dev.sallyport.mcp.registry.RegistryConfig;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.sandbox.process.Isolation;
import dev.sallyport.sandbox.process.Spawner;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;

/** What answers agents: models, tools and turns, and the resources that say how. */
record Services(
    IdentityResources identities,
    Spending spending,
    LlmConfig llmConfig,
    LlmProxy models,
    ToolRegistry registry,
    Broker broker,
    TurnLoop turnLoop,
    ResourceStore store) {
  private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(60);

  /** Joins the parts and puts the stored resources in force. */
  static Services join(GatewayConfig config, Foundation base, InstantSource clock, Closers closers)
      throws StartException {
    var dataSource = base.database().dataSource();
    var identities =
        closers.opened(
            "the identities",
            new IdentityResources(
                new KeyStore(dataSource, clock),
                SvidPolicy.of(new HashSet<>(config.audiences())),
                clock));
    var egress = closers.opened("the way out", new PooledEgressClient(EgressConfig.defaults()));
    var llmConfig = llmConfig(config);
    var catalog = new Catalog();
    var spending = new Spending(dataSource, clock, llmConfig.deadline().plusMinutes(1));
    var models =
        closers.opened("the models", models(base, egress, catalog, spending, llmConfig, clock));
    var registry = closers.opened("the servers", registry(base, egress, clock));
    ServerMetrics.add(base.metrics(), registry);
    var broker = broker(config, base, models, registry, clock);
    var modules =
        new ResourceModules(
            List.of(
                base.vault().resources(),
                identities,
                new GrantResources(base.authority()),
                catalog,
                registry));
    var store = new ResourceStore(dataSource, modules, base.path(), base.evidence(), clock);
    load(store);
    return new Services(
        identities,
        spending,
        llmConfig,
        models,
        registry,
        broker,
        turnLoop(base, models, broker, clock),
        store);
  }

  private static LlmConfig llmConfig(GatewayConfig config) {
    var standard = LlmConfig.DEFAULTS;
    return new LlmConfig(
        standard.deadline(),
        standard.heartbeat(),
        Math.toIntExact(config.limits().requestBytes()),
        standard.maxResponseBytes());
  }

  private static LlmProxy models(
      Foundation base,
      EgressClient egress,
      Catalog catalog,
      Spending spending,
      LlmConfig config,
      InstantSource clock) {
    var adapters = List.of(new OpenAiAdapter(), new AnthropicAdapter());
    var upstreams = new Upstreams(base.vault().vault(), egress, adapters, clock);
    return new LlmProxy(base.path(), catalog, upstreams, spending, clock, config);
  }

  private static ToolRegistry registry(Foundation base, EgressClient egress, InstantSource clock) {
    var processes = new ProcessLauncher(Isolation.detect(), new Spawner());
    var vault = base.vault().vault();
    return new ToolRegistry(
        new ItemStore(base.database().dataSource(), clock),
        new RegistryActions(base.path(), vault, processes),
        egress,
        vault,
        RegistryConfig.DEFAULT,
        clock);
  }

  private static Broker broker(
      GatewayConfig config,
      Foundation base,
      LlmProxy models,
      ToolRegistry registry,
      InstantSource clock) {
    var model =
        new ProxiedQuarantineModel(models, config.quarantineModel(), base.quarantine(), clock);
    return new Broker(
        registry,
        base.path(),
        new Containment(base.quarantine()),
        new QuarantineTools(base.quarantine(), model, QUESTION_TIMEOUT),
        base.vault().states(),
        new BrokerConfig(Math.toIntExact(config.limits().requestBytes()), clock));
  }

  private static TurnLoop turnLoop(
      Foundation base, LlmProxy models, Broker broker, InstantSource clock) {
    var ports =
        new TurnLoop.Ports(
            (caller, request, cancellation, sink) ->
                models.stream(caller, request, cancellation, sink::chunk),
            new BrokerTools(broker),
            new QuarantineRendering(base.quarantine()));
    return new TurnLoop(
        ports, TurnLimits.DEFAULT, TurnTimer.ofVirtualThreads(), clock, new SecureRandom());
  }

  private static void load(ResourceStore store) throws StartException {
    try {
      store.follow();
    } catch (SQLException e) {
      throw new StartException("The store cannot be read.", e);
    } catch (InvalidResourcesException e) {
      throw new StartException(
          "The stored resources do not hold together, so nothing was put in force: "
              + e.getMessage(),
          e);
    }
  }
}
