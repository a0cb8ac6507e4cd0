package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.GatewayConfig.OtherAudiences;
import dev.sallyport.gateway.dialogue.HeldDialogues;
import dev.sallyport.gateway.dialogue.HeldTurnClient;
import dev.sallyport.gateway.resource.ResourceModules;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.gateway.turn.TurnLimits;
import dev.sallyport.gateway.turn.TurnLoop;
import dev.sallyport.gateway.turn.TurnTimer;
import dev.sallyport.identity.KeyProofs;
import dev.sallyport.identity.Revocations;
import dev.sallyport.identity.dpop.DpopProofs;
import dev.sallyport.identity.dpop.ProofNonces;
import dev.sallyport.identity.dpop.SharedProofs;
import dev.sallyport.identity.grant.GrantResources;
import dev.sallyport.identity.key.KeyStore;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.revocation.RevocationResources;
import dev.sallyport.identity.svid.SvidPolicy;
import dev.sallyport.identity.trust.IdentityResources;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.llm.Wires;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.route.Conversation;
import dev.sallyport.llm.route.Health;
import dev.sallyport.llm.route.Pause;
import dev.sallyport.llm.route.Retries;
import dev.sallyport.llm.route.RetryRules;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.upstream.Upstreams;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.BrokerConfig;
import dev.sallyport.mcp.CarriedStates;
import dev.sallyport.mcp.Containment;
import dev.sallyport.mcp.UsedStates;
import dev.sallyport.mcp.registry.ItemStore;
import dev.sallyport.mcp.registry.ProcessLauncher;
import dev.sallyport.mcp.registry.RegisteredSchemas;
import dev.sallyport.mcp.registry.RegistryActions;
import dev.sallyport.mcp.registry.RegistryConfig;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.sandbox.process.Isolation;
import dev.sallyport.sandbox.process.Spawner;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.vault.egress.EgressClient;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What answers agents: models, tools and turns, and the resources that say how. */
record Services(
    IdentityResources identities,
    Revocations revocations,
    ProofNonces nonces,
    KeyProofs proofs,
    Spending spending,
    LlmConfig llmConfig,
    LlmProxy models,
    HeldDialogues dialogues,
    ToolRegistry registry,
    Broker broker,
    TurnLoop turnLoop,
    ResourceStore store,
    GrantResources grants) {
  /** Joins the parts and puts the stored resources in force. */
  static Services join(GatewayConfig config, Foundation base, InstantSource clock, Closers closers)
      throws StartException {
    var dataSource = base.database().dataSource();
    var identities =
        closers.opened(
            "the identities",
            new IdentityResources(
                new KeyStore(dataSource, clock),
                svids(config),
                DataDirectory.bundles(config.data()),
                clock,
                base.standing()::review));
    var egress = base.egress();
    var llmConfig = llmConfig(config);
    var catalog = new Catalog();
    var users = config.store().embedded() ? Spending.Users.THIS_ONE : Spending.Users.MANY;
    var spending =
        closers.opened(
            "the budgets",
            new Spending(dataSource, users, clock, llmConfig.deadline().plusMinutes(1)));
    var models =
        closers.opened("the models", models(base, egress, catalog, spending, llmConfig, clock));
    var registry = closers.opened("the servers", registry(base, egress, clock));
    ServerMetrics.add(base.metrics(), registry);
    StreamMetrics.add(base.metrics(), models);
    var grants = grants(base, registry);
    DomainMetrics.add(base.metrics(), identities::standings);
    var broker = broker(config, base, models, registry, clock);
    var dialogues = dialogues(base, registry, broker);
    var revocations = new RevocationResources(clock, () -> review(base));
    var modules =
        new ResourceModules(
            List.of(base.vault().resources(), identities, grants, catalog, registry, revocations));
    var store = new ResourceStore(dataSource, modules, base.path(), base.evidence(), clock);
    load(store);
    var nonces =
        config
            .nonceWindow()
            .map(window -> ProofNonces.of(base.vault().tokenKeys(), window, clock))
            .orElseGet(ProofNonces::off);
    return new Services(
        identities,
        revocations,
        nonces,
        new DpopProofs(new SharedProofs(dataSource, clock), nonces, clock),
        spending,
        llmConfig,
        models,
        dialogues,
        registry,
        broker,
        turnLoop(base, models, broker, dialogues, clock),
        store,
        grants);
  }

  /** Ends what is under way and would not begin any more. */
  private static void review(Foundation base) {
    base.standing().review();
    base.path().review();
  }

  private static SvidPolicy svids(GatewayConfig config) {
    return new SvidPolicy(
        new HashSet<>(config.audiences()),
        config.svids().otherAudiences() == OtherAudiences.REFUSED,
        config.svids().longest());
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
    var rules = RetryRules.DEFAULTS;
    var upstreams =
        new Upstreams(
            base.vault().vault(),
            egress,
            Wires.adapters(),
            new Health(clock, rules),
            new Retries(rules, clock, Pause.REAL, () -> ThreadLocalRandom.current().nextLong()));
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

  /** The policies, which are looked at again whenever tools became known or different. */
  private static GrantResources grants(Foundation base, ToolRegistry registry) {
    var grants =
        new GrantResources(
            base.authority(),
            new RegisteredSchemas(registry),
            check -> Thread.ofVirtual().name("policy-check").start(check),
            () -> {
              review(base);
              registry.tellOfChange(); // others are visible now
            });
    registry.whenChanged(grants::checkAgain);
    base.metrics()
        .gauge(
            "sallyport_policy_misfits",
            "Places in policies and bindings in force that would not be taken anew.",
            () -> base.authority().policies().warnings().size());
    return grants;
  }

  private static Broker broker(
      GatewayConfig config,
      Foundation base,
      LlmProxy models,
      ToolRegistry registry,
      InstantSource clock) {
    var model =
        new ProxiedQuarantineModel(models, config.questions().model(), base.quarantine(), clock);
    return new Broker(
        registry,
        base.path(),
        new Containment(base.quarantine()),
        new QuarantineTools(base.quarantine(), model, config.questions().timeout()),
        new CarriedStates(
            base.vault().states(), new UsedStates(base.database().dataSource(), clock)),
        new BrokerConfig(Math.toIntExact(config.limits().requestBytes()), clock));
  }

  private static HeldDialogues dialogues(Foundation base, ToolRegistry registry, Broker broker) {
    var ports =
        new HeldDialogues.Ports(
            new BrokerTools(broker),
            new QuarantineRendering(base.quarantine()),
            new BrokerContracts(registry, broker));
    return new HeldDialogues(base.quarantine(), base.authority(), ports);
  }

  private static TurnLoop turnLoop(
      Foundation base,
      LlmProxy models,
      Broker broker,
      HeldDialogues dialogues,
      InstantSource clock) {
    var ports =
        new TurnLoop.Ports(
            (caller, request, session, cancellation, sink) ->
                models.stream(caller, asked(request, session), cancellation, sink::chunk),
            new BrokerTools(broker),
            new QuarantineRendering(base.quarantine()),
            new HeldTurnClient(dialogues, base.evidence()));
    return new TurnLoop(
        ports, TurnLimits.DEFAULT, TurnTimer.ofVirtualThreads(), clock, new SecureRandom());
  }

  private static ModelRequest asked(ObjectNode chat, Optional<String> session) {
    return ModelRequest.of(ChatRequest.of(chat))
        .with(session.map(name -> Map.of(Conversation.HEADER, name)).orElse(Map.of()));
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
