package dev.sallyport.llm.route;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.route.Admission.Shut;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows who is down, and who is quick. What fails together is left alone together: a deployment, a
 * provider, a region of a cloud, a credential, and what a credential may still ask of a model. What
 * a request can be the cause of is so for all only once two principals met it ({@link Doubts}).
 * Thread-safe.
 */
public final class Health {
  private static final Logger LOG = System.getLogger(Health.class.getName());
  private static final Duration LONGEST = Duration.ofHours(1);

  /** What may be the doing of a request, whatever status or words it is known by. */
  private static final List<Kind> DOUBTFUL =
      List.of(Kind.FORBIDDEN, Kind.RATE_LIMITED, Kind.PAYMENT, Kind.CREDENTIAL_REJECTED);

  private final Breakers deployments;
  private final Breakers providers;
  private final Breakers regions;
  private final Breakers credentials;
  private final Breakers quotas;
  private final ConcurrentHashMap<String, Parked> parked = new ConcurrentHashMap<>();

  /** The deployments that asked to be left alone. */
  private final ConcurrentHashMap<String, Parked> asking = new ConcurrentHashMap<>();

  private final Doubts doubts;
  private final InstantSource clock;
  private final Duration parking;
  private final Speeds speeds;

  public Health(InstantSource clock, RetryRules rules) {
    this.clock = clock;
    this.doubts = new Doubts(clock);
    this.parking = rules.parking();
    this.speeds = new Speeds(clock);
    deployments = new Breakers(clock, 20, 5, 50);
    providers = new Breakers(clock, 40, 20, 90);
    regions = new Breakers(clock, 40, 20, 90);
    credentials = new Breakers(clock, 40, 40, 100);
    quotas = new Breakers(clock, 40, 40, 100);
  }

  /** How quick those who answered were of late. */
  public Speeds speeds() {
    return speeds;
  }

  /**
   * Whether a candidate may be asked now.
   *
   * @param who for whom it is asked
   */
  public Admission admit(Candidate candidate, PrincipalId who) {
    var own = own(candidate, who);
    if (own.isPresent()) {
      return own.get();
    }
    var taken = new ArrayList<CircuitBreaker>(3);
    var ofCredential = new ArrayList<CircuitBreaker>(2);
    var shut =
        region(candidate, taken)
            .or(() ->
                breaker("provider", providers, candidate.deployment().provider().name(), taken))
            .or(() -> deployment(candidate.deployment().name(), taken))
            .or(() -> parked(credentials, candidate.credential(), ofCredential))
            .or(() -> parked(quotas, candidate.quota(), ofCredential));
    if (shut.isPresent()) {
      taken.forEach(CircuitBreaker::releasePermission);
      ofCredential.forEach(CircuitBreaker::releasePermission);
      return shut.get();
    }
    return new Admitted(
        candidate, taken, ofCredential, failure -> park(candidate, who, failure), speeds);
  }

  /** Left alone by this principal, and by nobody else so far. */
  private Optional<Shut> own(Candidate candidate, PrincipalId who) {
    if (doubts.isEmpty()) {
      return Optional.empty(); // mostly: then no name is put together
    }
    for (var kind : DOUBTFUL) {
      var until = doubts.until(who, kind, domain(kind, candidate));
      if (until.isPresent()) {
        var told = told(new Parked(kind, until.get()));
        return Optional.of(new Shut("parked_" + kind.label() + "_for_caller", told, true));
      }
    }
    return Optional.empty();
  }

  /** What is left alone after a failure of a kind: a credential, or that for one model. */
  private static String domain(Kind kind, Candidate candidate) {
    return kind == Kind.FORBIDDEN || kind == Kind.RATE_LIMITED
        ? candidate.quota()
        : candidate.credential();
  }

  private Optional<Shut> region(Candidate candidate, List<CircuitBreaker> taken) {
    return candidate.region().flatMap(region -> breaker("region", regions, region, taken));
  }

  /** One that asked to be left alone is told of as it told of itself. */
  private Optional<Shut> deployment(String name, List<CircuitBreaker> taken) {
    return breaker("deployment", deployments, name, taken)
        .map(shut -> {
          var why = asking.get(name);
          return why == null || left(why).isEmpty()
              ? shut
              : new Shut(shut.why(), told(why), shut.ofCredential());
        });
  }

  private static Optional<Shut> breaker(
      String domain, Breakers breakers, String name, List<CircuitBreaker> taken) {
    if (taken(breakers.of(name), taken)) {
      return Optional.empty();
    }
    var told = Failure.of(Kind.UNAVAILABLE);
    return Optional.of(new Shut("breaker_open_" + domain, told, false));
  }

  private Optional<Shut> parked(Breakers breakers, String name, List<CircuitBreaker> taken) {
    if (taken(breakers.of(name), taken)) {
      return Optional.empty();
    }
    var why = parked.getOrDefault(name, new Parked(Kind.CREDENTIAL_REJECTED, clock.instant()));
    return Optional.of(new Shut("parked_" + why.kind().label(), told(why), true));
  }

  private Failure told(Parked why) {
    return new Failure(why.kind(), Optional.empty(), Optional.empty(), left(why));
  }

  private Optional<Duration> left(Parked why) {
    return Optional.of(Duration.between(clock.instant(), why.until())).filter(Duration::isPositive);
  }

  private static boolean taken(CircuitBreaker breaker, List<CircuitBreaker> taken) {
    return breaker.tryAcquirePermission() && taken.add(breaker);
  }

  /** Leaves alone what a provider said is to be left alone. */
  private void park(Candidate candidate, PrincipalId who, Failure failure) {
    switch (failure.kind()) {
      case CREDENTIAL_REJECTED, PAYMENT -> {
        boolean forAll = park(credentials, candidate, who, failure, parking);
        warn(candidate, who, failure, forAll);
      }
      case FORBIDDEN -> {
        boolean forAll = park(quotas, candidate, who, failure, parking);
        warn(candidate, who, failure, forAll);
      }
      case RATE_LIMITED ->
          failure.retryAfter().ifPresent(delay -> park(quotas, candidate, who, failure, delay));
      case OVERLOADED, UNAVAILABLE ->
          failure
              .retryAfter()
              .map(Health::bounded)
              .ifPresent(delay -> {
                var name = candidate.deployment().name();
                asking.put(name, new Parked(failure.kind(), clock.instant().plus(delay)));
                deployments.of(name).transitionToOpenStateFor(delay);
              });
      case BROKE_OFF,
          TIMEOUT,
          MALFORMED,
          CREDENTIAL_UNAVAILABLE,
          CANNOT_CARRY,
          INVALID_REQUEST,
          CONTEXT_LENGTH,
          REQUEST_TOO_LARGE,
          CONTENT_POLICY,
          NOT_FOUND,
          REJECTED,
          TOO_LARGE -> {}
    }
  }

  /**
   * Leaves alone what a failure speaks against.
   *
   * @return whether for all principals, and not for this one alone
   */
  private boolean park(
      Breakers breakers, Candidate candidate, PrincipalId who, Failure failure, Duration delay) {
    var kind = failure.kind();
    var name = domain(kind, candidate);
    var length = bounded(delay);
    if (!doubts.confirms(who, kind, name, length)) {
      return false;
    }
    parked.put(name, new Parked(kind, clock.instant().plus(length)));
    breakers.of(name).transitionToOpenStateFor(length);
    return true;
  }

  private void warn(Candidate candidate, PrincipalId who, Failure failure, boolean forAll) {
    LOG.log(
        Level.WARNING,
        "credential {0} is left alone for {1} by {2}: deployment {3} says {4}",
        domain(failure.kind(), candidate),
        parking,
        forAll ? "all" : who.value(),
        candidate.deployment().name(),
        failure.kind().errorType());
  }

  private static Duration bounded(Duration delay) {
    return delay.compareTo(LONGEST) > 0
        ? LONGEST
        : delay.isPositive() ? delay : Duration.ofMillis(1);
  }

  /** Why something is left alone, and until when. */
  private record Parked(Kind kind, Instant until) {}
}
