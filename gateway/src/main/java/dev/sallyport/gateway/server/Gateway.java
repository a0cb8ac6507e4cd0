package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.admin.AdminCallers;
import dev.sallyport.gateway.admin.AdminServer;
import dev.sallyport.gateway.admin.Endpoints;
import dev.sallyport.gateway.admin.GatewayFacts;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.gateway.server.Listeners.Routes;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.http.AdminAuthenticator;
import dev.sallyport.identity.http.ApproverAuthenticator;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A running gateway: all parts joined, listening, until it is closed.
 *
 * <p>The composition root: {@link Foundation} and {@link Services} make the parts, in the order in
 * which they need each other; closing undoes that in the opposite order, once the requests under
 * way have ended.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Gateway.class.getName());

  private final GatewayConfig config;
  private final Closers closers;
  private final Drain drain;
  private final Listeners listeners;
  private final Services services;
  private final AdminServer adminServer;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Gateway(
      GatewayConfig config,
      Closers closers,
      Drain drain,
      Listeners listeners,
      Services services,
      AdminServer adminServer) {
    this.config = config;
    this.closers = closers;
    this.drain = drain;
    this.listeners = listeners;
    this.services = services;
    this.adminServer = adminServer;
  }

  /**
   * Starts a gateway. It is ready when this returns.
   *
   * @param environment where credentials are that are taken from variables
   * @param version of the product, for people
   * @throws StartException in one sentence, if it cannot start; then nothing is left open
   */
  public static Gateway start(
      GatewayConfig config, Environment environment, InstantSource clock, String version)
      throws StartException {
    var closers = new Closers();
    try {
      return start(config, environment, clock, version, closers);
    } catch (StartException | RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private static Gateway start(
      GatewayConfig config,
      Environment environment,
      InstantSource clock,
      String version,
      Closers closers)
      throws StartException {
    var base = Foundation.lay(config, environment, clock, closers);
    var administrators = authenticator(DataDirectory.adminToken(config.data()));
    var tls = tls(config, base, clock, closers);
    Listeners.check(config); // whatever can be wrong is found before a server's process is started
    var services = Services.join(config, base, clock, closers);
    var drain = new Drain();
    var address = new AtomicReference<Listeners>();
    var facts =
        new GatewayFacts(
            version,
            clock.instant(),
            () -> address.get().data(),
            () -> address.get().admin(),
            base.evidence()::records);
    var data = Routes.create();
    var dataPlane = new DataPlane(config, base, services, drain, tls, clock);
    dataPlane.register(data.routing());
    var admin = Routes.create();
    admin.routing().addFilter(new ClosingConnections());
    var approvers =
        new ApproverAuthenticator(
            config.approvers(),
            dataPlane.authenticator(),
            services.nonces(),
            base.refusedAuthentications(),
            base.metrics());
    var callers =
        new AdminCallers(
            administrators, approvers, base.turns(), base.refusedAuthentications(), base.metrics());
    var adminServer = adminServer(config, base, services, facts, callers, clock);
    adminServer.register(admin.routing());
    var ticker = closers.opened("the regular tasks", ticker(base, services, tls));
    for (var deadlines : List.of(data.deadlines(), admin.deadlines())) {
      ticker.every(Duration.ofSeconds(5), "ending connections without requests", deadlines::sweep);
    }
    closers.opened("the look at the store", follower(base, services));
    var listeners =
        closers.opened(
            "the listeners", Listeners.open(config, data, admin, tls, base.refusedRequests()));
    address.set(listeners);
    base.directory().publish(addresses(listeners));
    LOG.log(
        Level.INFO,
        "the admin token is in {0}; keep it to yourself",
        DataDirectory.adminToken(config.data()));
    return new Gateway(config, closers, drain, listeners, services, adminServer);
  }

  /** Where agents connect. */
  public URI data() {
    return listeners.data();
  }

  /** Where administrators connect. */
  public URI admin() {
    return listeners.admin();
  }

  /** The file that holds the admin token. */
  public Path adminTokenFile() {
    return DataDirectory.adminToken(config.data());
  }

  /** Every method and path of the control plane, for its documentation. */
  public List<String> adminRoutes() {
    return adminServer.methodsAndPaths();
  }

  /** The resources in force. */
  public ResourceStore resources() {
    return services.store();
  }

  /**
   * Waits until every registered server was asked for its tools once, whether it answered or not.
   *
   * @return whether all were, within this time for each
   */
  public boolean awaitServers(Duration timeout) {
    boolean all = true;
    try {
      for (var server : services.store().list("McpServer")) {
        all &= services.registry().awaitInspected(server.resource().name(), timeout);
      }
      return all;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Lets the requests under way end, then stops everything. May be called more than once. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    int left = drain.drain(config.limits().drain());
    if (left > 0) {
      LOG.log(Level.WARNING, "{0} requests were cut off, their time to end was over", left);
    }
    closers.close();
  }

  private static AdminServer adminServer(
      GatewayConfig config,
      Foundation base,
      Services services,
      GatewayFacts facts,
      AdminCallers callers,
      InstantSource clock) {
    var endpoints =
        new Endpoints(
            services.store(),
            services.registry(),
            base.heldCalls(),
            base.path(),
            new EvidenceReader(DataDirectory.evidence(config.data())),
            base.evidenceKey(config),
            base.quarantine(),
            base.metrics(),
            facts,
            services.grants(),
            clock);
    return new AdminServer(
        callers,
        endpoints,
        (sender, code) -> base.refusedRequests().refused("admin", sender, code));
  }

  static AdminAuthenticator authenticator(Path file) throws StartException {
    try {
      return AdminAuthenticator.open(file);
    } catch (IOException e) {
      throw new StartException("The admin token cannot be used: " + e.getMessage(), e);
    }
  }

  /** Nothing else holds it up: what another replica revokes is revoked here in its time, too. */
  private static Ticker follower(Foundation base, Services services) {
    var follower = new StoreFollower(services.store(), base.evidence());
    base.metrics()
        .gauge(
            "sallyport_resources_refused",
            "Mistakes in what another process stored, for which what was in force stays.",
            follower::mistakes);
    var ticker = new Ticker();
    ticker.every(StoreFollower.LOOK, "following the store", follower::look);
    return ticker;
  }

  private static Optional<DataTls> tls(
      GatewayConfig config, Foundation base, InstantSource clock, Closers closers)
      throws StartException {
    if (config.tls().isEmpty()) {
      return Optional.empty();
    }
    var tls =
        closers.opened("TLS", DataTls.open(config.tls().get(), () -> noHandshake(base), clock));
    base.metrics()
        .gauge(
            "sallyport_tls_certificate_expiry_seconds",
            "How long the certificate that agents are shown will hold; 0 if there is none.",
            () -> tls.untilEnd().orElse(Duration.ZERO).toSeconds());
    return Optional.of(tls);
  }

  private static void noHandshake(Foundation base) {
    try {
      base.refusedRequests().refused("data", "tls_handshake");
    } catch (Refusal refusal) {
      LOG.log(Level.ERROR, "a failed handshake could not be written down: {0}", refusal.code());
    }
  }

  private static Ticker ticker(Foundation base, Services services, Optional<DataTls> tls) {
    var ticker = new Ticker();
    tls.ifPresent(
        it -> ticker.every(Duration.ofSeconds(2), "looking for a new certificate", it::tick));
    ticker.every(Duration.ofSeconds(1), "following the items", services.registry()::follow);
    ticker.every(Duration.ofSeconds(1), "looking for changed keys", services.identities()::tick);
    ticker.every(Duration.ofSeconds(30), "ending idle turns", base.turns()::expire);
    ticker.every(Duration.ofSeconds(10), "ending held calls", base.heldCalls()::sweep);
    ticker.every(Duration.ofMinutes(1), "letting go of holds", services.spending()::sweep);
    ticker.every(
        Duration.ofMinutes(1),
        "writing the counts of refused requests",
        base.refusedRequests()::flush);
    ticker.every(
        Duration.ofMinutes(1),
        "writing the counts of refused authentications",
        base.refusedAuthentications()::flush);
    return ticker;
  }

  private static String addresses(Listeners listeners) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("data", listeners.data().toString())
        .put("admin", listeners.admin().toString())
        .put("pid", ProcessHandle.current().pid())
        .toString();
  }
}
