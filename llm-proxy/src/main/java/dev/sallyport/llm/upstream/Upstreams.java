package dev.sallyport.llm.upstream;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.route.Admission;
import dev.sallyport.llm.route.Candidate;
import dev.sallyport.llm.route.Health;
import dev.sallyport.llm.route.Retries;
import dev.sallyport.llm.route.Speeds;
import dev.sallyport.llm.route.Tries;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressRequest;
import dev.sallyport.vault.egress.EgressRequest.Header;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sends one request to one deployment, with the credential lent for it. Knows which deployments are
 * down. Thread-safe.
 */
public final class Upstreams {
  private static final Header CONTENT_TYPE = new Header("Content-Type", "application/json");
  private static final Header ACCEPT = new Header("Accept", "application/json, text/event-stream");

  /** More places than the deployments of a gateway have. */
  private static final int MOST_PLACES = 10_000;

  private final Vault vault;
  private final EgressClient egress;
  private final Map<String, ProviderAdapter> adapters;
  private final Health health;
  private final Retries retries;

  /** The addresses of requests as they were read once, by how they are written. */
  private final Map<String, URI> places = new ConcurrentHashMap<>();

  public Upstreams(
      Vault vault,
      EgressClient egress,
      List<ProviderAdapter> adapters,
      Health health,
      Retries retries) {
    this.vault = vault;
    this.egress = egress;
    this.adapters =
        adapters.stream().collect(Collectors.toMap(ProviderAdapter::protocol, Function.identity()));
    this.health = health;
    this.retries = retries;
  }

  /** The adapter for a deployment's protocol. */
  public ProviderAdapter adapter(Deployment deployment) {
    var label = deployment.provider().protocol().label();
    var adapter = adapters.get(label);
    if (adapter == null) {
      throw new IllegalStateException("no adapter for " + label);
    }
    return adapter;
  }

  /** The credentials that a deployment could get now, in the order in which they are tried. */
  public List<CredentialUse> plan(Deployment deployment) {
    var plan = new ArrayList<CredentialUse>();
    for (var credential : deployment.provider().credentials()) {
      try {
        plan.add(vault.plan(credential, destination(deployment)));
      } catch (Refusal _) {
        // It is not in force, or not for this provider.
      }
    }
    return plan;
  }

  /** The ways to ask a deployment, in order; none if it has no credential that could be lent. */
  public List<Candidate> candidates(Permit permit, Deployment deployment) {
    var names = deployment.provider().credentials();
    if (names.isEmpty()) {
      return List.of(new Candidate(deployment, Optional.empty(), false));
    }
    var label = destination(deployment).label();
    var candidates = new ArrayList<Candidate>();
    for (var name : names) {
      for (var use : permit.action().credentials()) {
        if (use.credential().equals(name) && use.destination().equals(label)) {
          candidates.add(new Candidate(deployment, Optional.of(use), false));
        }
      }
    }
    return candidates;
  }

  /** The attempts of one call that has so much time. */
  public Tries begin(Duration time) {
    return retries.begin(time);
  }

  /** How quick those who answered were of late. */
  public Speeds speeds() {
    return health.speeds();
  }

  /** Whether a candidate may be asked now, for whoever has the permit. */
  public Admission admit(Permit permit, Candidate candidate) {
    return health.admit(candidate, permit.action().caller().principal().id());
  }

  /**
   * Lends the credential, sends the request, and waits for the head of the answer.
   *
   * @param beginning how long the answer may take to begin
   * @param remaining how much time the whole call has left
   * @param cancellation by which waiting for the answer can be given up
   * @throws AttemptFailedException if no answer came
   */
  public NotedResponse send(
      Permit permit,
      Candidate candidate,
      WireRequest request,
      Duration beginning,
      Duration remaining,
      long maxResponseBytes,
      Cancellation cancellation)
      throws AttemptFailedException {
    var deployment = candidate.deployment();
    var idle = shorter(remaining, deployment.provider().timeout());
    var begin = shorter(beginning, idle);
    if (!begin.isPositive()) {
      throw new AttemptFailedException(Failure.of(Kind.TIMEOUT));
    }
    var headers = new ArrayList<Header>(request.headers().size() + 2);
    headers.add(CONTENT_TYPE);
    if (!request.headers().containsKey("Accept")) {
      headers.add(ACCEPT);
    }
    for (var header : request.headers().entrySet()) {
      headers.add(new Header(header.getKey(), header.getValue()));
    }
    var uri = place(deployment.provider().base() + request.path());
    var outgoing = outgoing(uri, headers, request.body(), begin, idle, maxResponseBytes);
    try (var lent = cancellation.during(() -> lend(permit, candidate))) {
      var redactor = lent.redactor();
      var response = cancellation.during(() -> egress.send(outgoing, lent));
      return new NotedResponse(response, redactor, permit);
    } catch (Refusal _) {
      throw new AttemptFailedException(Failure.of(Kind.CREDENTIAL_UNAVAILABLE));
    } catch (EgressException e) {
      boolean asked =
          switch (e.reason()) {
            case BUSY, CONNECT, TLS -> false;
            case DISCONNECTED, TIMEOUT, MALFORMED, TOO_LARGE -> true;
          };
      throw new AttemptFailedException(failure(e), asked);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** A stored address may be one to which nothing can be sent. */
  private static EgressRequest outgoing(
      URI uri,
      List<Header> headers,
      byte[] body,
      Duration begin,
      Duration idle,
      long maxResponseBytes)
      throws AttemptFailedException {
    try {
      return new EgressRequest("POST", uri, headers, body, begin, idle, maxResponseBytes);
    } catch (IllegalArgumentException _) {
      throw new AttemptFailedException(Failure.of(Kind.UNAVAILABLE), false);
    }
  }

  private URI place(String written) {
    var known = places.get(written); // takes no lock
    if (known != null) {
      return known;
    }
    if (places.size() >= MOST_PLACES) {
      places.clear();
    }
    return places.computeIfAbsent(written, URI::create);
  }

  /** What a failure of the transport means. */
  public static Failure failure(EgressException e) {
    return Failure.of(
        switch (e.reason()) {
          case BUSY, CONNECT, TLS -> Kind.UNAVAILABLE;
          case DISCONNECTED -> Kind.BROKE_OFF;
          case TIMEOUT -> Kind.TIMEOUT;
          case MALFORMED -> Kind.MALFORMED;
          case TOO_LARGE -> Kind.TOO_LARGE;
        });
  }

  private Lent lend(Permit permit, Candidate candidate) {
    var deployment = candidate.deployment();
    return candidate.use().isEmpty()
        ? Lent.nothing()
        : vault.lend(
            permit, candidate.use().get(), adapter(deployment).injection(deployment.site()));
  }

  private static Destination destination(Deployment deployment) {
    return new Destination.Provider(deployment.provider().name());
  }
}
