package dev.sallyport.identity.workload;

import com.google.protobuf.ByteString;
import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.token.KeySet;
import io.grpc.Status;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIStub;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The bundle of one trust domain that a SPIFFE Workload API pushes: of the agent's own domain, or
 * of one that it is federated with.
 *
 * <p>Nothing that the agent says of another domain is looked at. The bundle stays in force while
 * the agent cannot be reached; not when it says that the gateway may have none. Thread-safe.
 * Source: SPIFFE Workload API, sections 4.3, 5.2.2 and 6.2.2.
 */
public final class WorkloadApiBundle implements BundleSource {
  /** How old a connection gets: what an agent did not push is known after this time. */
  public static final Duration MAX_AGE = Duration.ofMinutes(5);

  private static final Logger LOG = System.getLogger(WorkloadApiBundle.class.getName());

  private final String trustDomain;
  private final InstantSource clock;
  private final AgentStreams agent;
  private volatile State state = new Awaited();
  private volatile Optional<Instant> heardAt = Optional.empty();

  /** Guarded by the streams. */
  private Part<KeySet> jwtKeys = Part.unknown();

  /** Guarded by the streams. */
  private Part<Set<X509Certificate>> x509Authorities = Part.unknown();

  /**
   * The bundle of one domain, not asked for before the start.
   *
   * @param address {@code unix:/path} or {@code tcp://IP:port}
   * @param trustDomain its bare name
   * @throws IllegalArgumentException if the address is of another form
   */
  public WorkloadApiBundle(String address, String trustDomain, InstantSource clock) {
    this.trustDomain = "spiffe://" + trustDomain;
    this.clock = clock;
    this.agent = new AgentStreams(address, clock, this::open);
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public Optional<Instant> heardAt() {
    return heardAt;
  }

  @Override
  public void listen(Runnable listener) {
    agent.listen(listener);
  }

  @Override
  public void start() {
    agent.renew(MAX_AGE);
  }

  @Override
  public void tick() {
    agent.renew(MAX_AGE);
  }

  @Override
  public void close() {
    agent.close();
  }

  private void open(SpiffeWorkloadAPIStub stub, AgentStreams.Connection connection) {
    Predicate<JWTBundlesResponse> jwt = message -> hear(message.getBundlesMap(), this::takeJwtKeys);
    stub.fetchJWTBundles(
        JWTBundlesRequest.getDefaultInstance(),
        connection.stream(
            jwt,
            code -> {
              jwtKeys = refused(code, jwtKeys);
              return update();
            }));
    Predicate<X509BundlesResponse> x509 =
        message -> hear(message.getBundlesMap(), this::takeX509Authorities);
    stub.fetchX509Bundles(
        X509BundlesRequest.getDefaultInstance(),
        connection.stream(
            x509,
            code -> {
              x509Authorities = refused(code, x509Authorities);
              return update();
            }));
  }

  /** What the agent does not offer is no part; what it denies is known no longer. */
  private static <K> Part<K> refused(Status.Code code, Part<K> last) {
    return switch (code) {
      case UNIMPLEMENTED -> Part.of(Optional.empty());
      case PERMISSION_DENIED -> Part.unknown();
      default -> last;
    };
  }

  private boolean hear(Map<String, ByteString> bundles, Taker taker) {
    try {
      taker.take(Optional.ofNullable(bundles.get(trustDomain)).map(ByteString::toByteArray));
      heardAt = Optional.of(clock.instant());
      return update();
    } catch (CertificateException | IllegalArgumentException e) {
      LOG.log(
          Level.WARNING,
          "the Workload API gives a bundle of {0} that cannot be used: {1}",
          trustDomain,
          e.getMessage());
      return false;
    }
  }

  private void takeJwtKeys(Optional<byte[]> document) {
    jwtKeys = Part.of(document.map(bytes -> TrustBundle.ofSpiffeOrJwks(bytes).jwtKeys()));
  }

  private void takeX509Authorities(Optional<byte[]> certificates) throws CertificateException {
    x509Authorities =
        Part.of(
            certificates.isEmpty()
                ? Optional.empty()
                : Optional.of(TrustBundle.x509Authorities(certificates.get())));
  }

  /** Whether there is another state now. */
  private boolean update() {
    var fresh = joined();
    if (fresh.equals(state)) {
      return false;
    }
    state = fresh;
    return true;
  }

  private State joined() {
    if (!jwtKeys.known() || !x509Authorities.known()) {
      return new Awaited();
    }
    if (jwtKeys.keys().isEmpty() && x509Authorities.keys().isEmpty()) {
      return new Withdrawn();
    }
    return new Known(
        TrustBundle.of(
            jwtKeys.keys().orElse(new KeySet(Map.of())), x509Authorities.keys().orElse(Set.of())));
  }

  @FunctionalInterface
  private interface Taker {
    void take(Optional<byte[]> part) throws CertificateException;
  }
}
