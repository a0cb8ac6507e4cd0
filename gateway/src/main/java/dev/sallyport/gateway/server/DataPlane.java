package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.responses.ResponsesRoutes;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.delegation.DelegatedTokens;
import dev.sallyport.identity.delegation.TokenExchange;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.http.CrossOrigin;
import dev.sallyport.identity.http.Origins;
import dev.sallyport.identity.http.PlainBodies;
import dev.sallyport.identity.http.PublicAddress;
import dev.sallyport.identity.http.RefusalAnswer;
import dev.sallyport.identity.http.ResourceMetadata;
import dev.sallyport.identity.http.TokenEndpoint;
import dev.sallyport.llm.Wires;
import dev.sallyport.llm.http.LlmRoutes;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.mcp.http.McpHttpConfig;
import dev.sallyport.mcp.http.McpRoutes;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** The routes for agents, behind the one filter that finds out who calls. */
final class DataPlane {
  private static final Logger LOG = System.getLogger(DataPlane.class.getName());

  /** The name of this listener in evidence and metrics. */
  private static final String LISTENER = "data";

  private final GatewayConfig config;
  private final Foundation base;
  private final Services services;
  private final Drain drain;
  private final Optional<DataTls> tls;
  private final InstantSource clock;
  private final DelegatedTokens tokens;
  private final Authenticator authenticator;

  DataPlane(
      GatewayConfig config,
      Foundation base,
      Services services,
      Drain drain,
      Optional<DataTls> tls,
      InstantSource clock) {
    this.config = config;
    this.tls = tls;
    this.base = base;
    this.services = services;
    this.drain = drain;
    this.clock = clock;
    var identities = services.identities();
    this.tokens = new DelegatedTokens(base.vault().tokenKeys(), identities::voucher, clock);
    this.authenticator =
        new Authenticator(
            List.of(tokens, identities),
            identities,
            services.proofs(),
            services.revocations(),
            clock);
  }

  /** What finds out who sent a request, whether or not certificates are required of agents. */
  Authenticator authenticator() {
    return authenticator;
  }

  void register(HttpRouting.Builder routing) {
    var address =
        config.publicUrl().map(PublicAddress::fixed).orElseGet(PublicAddress::asRequested);
    var metadata =
        new ResourceMetadata(
            address,
            services.identities()::authorizationServers,
            server -> services.grants().policies().demandOfServer(server),
            services.nonces());
    var exchange =
        new TokenExchange(
            authenticator, services.identities()::isAgent, tokens, base.evidence(), clock);
    var mcp = new McpRoutes(services.broker(), base.turns(), mcpConfig(), clock, this::refused);
    StreamMetrics.add(base.metrics(), mcp);
    drain.whenBegun(mcp::close);
    var models =
        new LlmRoutes(
            services.models(),
            Wires.skins(clock),
            services.dialogues(),
            base.evidence(),
            services.llmConfig());
    routing
        .addFilter(
            tls.map(it -> new ClosingConnections(it::isOver)).orElseGet(ClosingConnections::new))
        .addFilter(new CrossOrigin(origins()))
        .addFilter(drain)
        .addFilter(callerFilter(metadata))
        .any(PlainBodies::beforeRoutes)
        .register(health())
        .register(ResourceMetadata.PATH, metadata)
        .register(new TokenEndpoint(exchange, address, new HashSet<>(config.audiences())))
        .register(mcp)
        .register(
            new ResponsesRoutes(
                services.turnLoop(),
                base.turns(),
                (body, request, response) -> models.answer(Form.RESPONSES, body, request, response),
                services.llmConfig()))
        .register(models)
        .any(Unrouted::refuse)
        .error(
            Refusal.class,
            (request, response, refusal) -> {
              var path = request.path().path();
              var told = writtenDown(request, refusal);
              metadata.challenge(request, response, told);
              RefusalAnswer.send(path, response, told);
            })
        .error(
            IllegalStateException.class,
            (request, response, fault) -> {
              LOG.log(Level.ERROR, "a request failed", fault);
              RefusalAnswer.send(request.path().path(), response, Refusal.fault());
            });
  }

  private Origins origins() {
    return new Origins(config.allowedOrigins());
  }

  private boolean requiresCertificates() {
    return tls.filter(DataTls::requiresCertificates).isPresent();
  }

  private CallerFilter callerFilter(ResourceMetadata metadata) {
    return new CallerFilter(
        requiresCertificates() ? authenticator.requiringCertificates() : authenticator,
        base.standing(),
        base.turns(),
        origins(),
        metadata,
        base.refusedAuthentications(),
        base.metrics());
  }

  /** The refusal, once it is on record; or that it cannot be. */
  private Refusal writtenDown(ServerRequest request, Refusal refusal) {
    if (refusal.callId().isPresent()) {
      return refusal; // the end of an attempt, which has its own record
    }
    try {
      var code = refusal.code().code();
      Callers.sender(request)
          .ifPresentOrElse(
              sender -> base.refusedRequests().refused(LISTENER, sender, code),
              () -> base.refusedRequests().refused(LISTENER, code));
      return refusal;
    } catch (Refusal unwritten) {
      return unwritten;
    }
  }

  private void refused(Caller caller, String code) {
    base.refusedRequests().refused(LISTENER, Callers.sender(caller), code);
  }

  private Health health() {
    var checks = new HashMap<String, BooleanSupplier>();
    checks.put("store", base.database()::answers);
    checks.put("evidence", base.evidence()::works);
    checks.put(
        "identities",
        requiresCertificates()
            ? services.identities()::worksByCertificates
            : services.identities()::works);
    checks.put("accepting", () -> !drain.draining());
    tls.ifPresent(it -> checks.put("certificate", it::works));
    return new Health(checks);
  }

  private McpHttpConfig mcpConfig() {
    var standard = McpHttpConfig.defaults();
    return new McpHttpConfig(
        Math.toIntExact(config.limits().requestBytes()),
        standard.pageSize(),
        standard.sessionIdle(),
        standard.maxSessions(),
        standard.keepAlive(),
        standard.callKeepAlive(),
        hosts(),
        console());
  }

  /** Where the console is, as far as the configuration says: a port that is free says nothing. */
  private Optional<URI> console() {
    var admin = config.admin();
    return admin.port() == 0
        ? Optional.empty()
        : Optional.of(URI.create("http://" + admin.host() + ":" + admin.port()));
  }

  /** The names by which browsers' pages may reach this gateway. */
  private Set<String> hosts() {
    var hosts = new TreeSet<String>();
    config.publicUrl().map(URI::getHost).ifPresent(hosts::add);
    config.allowedOrigins().forEach(origin -> hosts.add(URI.create(origin).getHost()));
    hosts.add(config.listen().host());
    return hosts;
  }
}
