package dev.sallyport.llm.upstream;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.catalog.Deployment;
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
import dev.sallyport.vault.egress.EgressResponse;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sends one request to one deployment, with the credential lent for it. Knows which deployments are
 * down. Thread-safe.
 */
public final class Upstreams {
  private final Vault vault;
  private final EgressClient egress;
  private final Map<String, ProviderAdapter> adapters;
  private final Breakers breakers;

  public Upstreams(
      Vault vault, EgressClient egress, List<ProviderAdapter> adapters, InstantSource clock) {
    this.vault = vault;
    this.egress = egress;
    this.adapters =
        adapters.stream().collect(Collectors.toMap(ProviderAdapter::protocol, Function.identity()));
    this.breakers = new Breakers(clock);
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

  /** Which credential a deployment would get; empty if it needs none, or can have none now. */
  public Optional<CredentialUse> plan(Deployment deployment) {
    return deployment
        .provider()
        .credential()
        .flatMap(credential -> {
          try {
            return Optional.of(vault.plan(credential, destination(deployment)));
          } catch (Refusal _) {
            return Optional.empty();
          }
        });
  }

  /** Whether a deployment may be tried now. Each true is to be followed by one report. */
  public boolean admit(Deployment deployment) {
    return breakers.of(deployment.name()).tryAcquirePermission();
  }

  /** Says that an admitted attempt was well. */
  public void succeeded(Deployment deployment) {
    breakers.of(deployment.name()).onSuccess(0, TimeUnit.NANOSECONDS);
  }

  /** Says that an admitted attempt failed. */
  public void failed(Deployment deployment, Failure failure) {
    var breaker = breakers.of(deployment.name());
    if (failure.kind().fault()) {
      breaker.onError(0, TimeUnit.NANOSECONDS, new AttemptFailedException(failure));
    } else {
      breaker.releasePermission();
    }
  }

  /** Says that an admitted attempt was given up by the caller, and so says nothing. */
  public void abandoned(Deployment deployment) {
    breakers.of(deployment.name()).releasePermission();
  }

  /**
   * Lends the credential, sends the request, and waits for the head of the answer.
   *
   * @param remaining how much time the whole call has left
   * @param cancellation by which waiting for the answer can be given up
   * @throws AttemptFailedException if no answer came
   */
  public EgressResponse send(
      Permit permit,
      Deployment deployment,
      WireRequest request,
      Duration remaining,
      long maxResponseBytes,
      Cancellation cancellation)
      throws AttemptFailedException {
    var timeout = deployment.provider().timeout();
    var wait = remaining.compareTo(timeout) < 0 ? remaining : timeout;
    if (!wait.isPositive()) {
      throw new AttemptFailedException(Failure.of(Kind.TIMEOUT));
    }
    var headers = new ArrayList<Header>(request.headers().size() + 2);
    headers.add(new Header("Content-Type", "application/json"));
    headers.add(new Header("Accept", "application/json, text/event-stream"));
    request.headers().forEach((name, value) -> headers.add(new Header(name, value)));
    var uri = URI.create(deployment.provider().base() + request.path());
    var outgoing = new EgressRequest("POST", uri, headers, request.body(), wait, maxResponseBytes);
    try (var lent = lend(permit, deployment)) {
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

  /** What a failure of the transport means. */
  public static Failure failure(EgressException e) {
    return Failure.of(
        switch (e.reason()) {
          case BUSY, CONNECT, TLS, DISCONNECTED -> Kind.UNAVAILABLE;
          case TIMEOUT -> Kind.TIMEOUT;
          case MALFORMED -> Kind.MALFORMED;
          case TOO_LARGE -> Kind.TOO_LARGE;
        });
  }

  private Lent lend(Permit permit, Deployment deployment) throws AttemptFailedException {
    var credential = deployment.provider().credential();
    if (credential.isEmpty()) {
      return Lent.nothing();
    }
    var label = destination(deployment).label();
    var use =
        permit.action().credentials().stream()
            .filter(
                one -> one.credential().equals(credential.get()) && one.destination().equals(label))
            .findFirst()
            .orElseThrow(() -> new AttemptFailedException(Failure.of(Kind.CREDENTIAL_UNAVAILABLE)));
    return vault.lend(permit, use, adapter(deployment).injection());
  }

  private static Destination destination(Deployment deployment) {
    return new Destination.Provider(deployment.provider().name());
  }
}
