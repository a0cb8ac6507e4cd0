package dev.sallyport.identity.trust;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.CertificateVerifier;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.TokenVerifier;
import dev.sallyport.identity.key.KeyHolder;
import dev.sallyport.identity.key.KeyStore;
import dev.sallyport.identity.key.KeyVerifier;
import dev.sallyport.identity.oidc.AccessTokenVerifier;
import dev.sallyport.identity.oidc.AuthorizationServer;
import dev.sallyport.identity.oidc.IssuerKeys;
import dev.sallyport.identity.oidc.TrustedIssuer;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.State;
import dev.sallyport.identity.svid.SvidPolicy;
import dev.sallyport.identity.svid.SvidVerifier;
import dev.sallyport.identity.svid.TrustedDomain;
import dev.sallyport.identity.token.VerifiedTokens;
import dev.sallyport.identity.trust.DomainStanding.Standing;
import dev.sallyport.identity.trust.TrustDomainSpec.Surroundings;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The kinds TrustDomain, Issuer and VirtualKey, and the verifiers of tokens and certificates that
 * they make. A change swaps all of it at once. Thread-safe.
 *
 * <p>{@link #tick} is to be called every few seconds: it is how changed files and silent streams
 * are noticed, off any request.
 */
public final class IdentityResources
    implements ResourceModule, TokenVerifier, CertificateVerifier, AutoCloseable {
  static final String TRUST_DOMAIN = "TrustDomain";
  static final String ISSUER = "Issuer";
  private static final String EXPIRES_AT = "expiresAt";
  static final String VIRTUAL_KEY = "VirtualKey";

  private final KeyStore store;
  private final SvidPolicy policy;
  private final InstantSource clock;
  private final Runnable changed;
  private final Surroundings surroundings;
  private volatile Active active;

  /**
   * No one is let in before the first activation.
   *
   * @param store where the digests of keys are; its migrations have run
   * @param policy what every JWT-SVID must fit
   * @param kept the directory in which bundles are kept over a restart
   * @param changed is done after the keys of a trust domain or an issuer changed by themselves;
   *     must not block
   */
  public IdentityResources(
      KeyStore store, SvidPolicy policy, Path kept, InstantSource clock, Runnable changed) {
    this.store = store;
    this.policy = policy;
    this.clock = clock;
    this.changed = changed;
    this.surroundings = new Surroundings(clock, kept, this::known);
    this.active =
        new Active(
            List.of(),
            Map.of(),
            Map.of(),
            List.of(),
            new Trusted(Set.of(), Set.of()),
            tokens(List.of(), List.of(), Map.of(), new VerifiedTokens(clock)),
            new PeerCertificates(List.of(), clock),
            Vouching.NONE);
  }

  @Override
  public Set<String> kinds() {
    return Set.of(TRUST_DOMAIN, ISSUER, VIRTUAL_KEY);
  }

  @Override
  public Optional<Authentication> verify(String token) {
    return active.tokens.verify(token);
  }

  @Override
  public Optional<Principal> recall(String token) {
    return active.tokens.recall(token);
  }

  @Override
  public Optional<String> claimed(String token) {
    return active.tokens.claimed(token);
  }

  @Override
  public Authentication verify(List<X509Certificate> chain) {
    return active.certificates.verify(chain);
  }

  @Override
  public Optional<Principal> recall(List<X509Certificate> chain) {
    return active.certificates.recall(chain);
  }

  /** Where clients get access tokens that are taken now. */
  public List<AuthorizationServer> authorizationServers() {
    return active.servers;
  }

  /**
   * Names what vouches for a principal as it is now. It is another name once that was changed, also
   * by another key in the place of a virtual key, and none once it is gone.
   */
  public Optional<String> voucher(Principal principal) {
    var now = active;
    var document = now.vouching.voucher(principal);
    return principal.method() == AuthenticationMethod.VIRTUAL_KEY
        ? document.flatMap(
            version -> now.tokens.keys().idOf(principal.authority()).map(id -> version + ' ' + id))
        : document;
  }

  /** Whether a principal is a subject of an issuer that lets those act on behalf of others. */
  public boolean isAgent(Principal principal) {
    return active.vouching.withAgents().contains(principal.authority());
  }

  /** What is known of the trust domains now, in the order of their resources' names. */
  public List<DomainStanding> standings() {
    var now = clock.instant();
    return active.domains.stream()
        .map(domain -> DomainStanding.of(domain, now))
        .sorted(Comparator.comparing(DomainStanding::resource))
        .toList();
  }

  /**
   * Whether workloads can prove themselves: false only where trust domains are configured, and for
   * none of them a bundle is known by which any SVID could hold now.
   */
  public boolean works() {
    return anyIs(Standing.KNOWN, DomainStanding::standing);
  }

  /** Whether they can by certificates: the same, of X.509-SVIDs alone. */
  public boolean worksByCertificates() {
    return anyIs(Standing.KNOWN, DomainStanding::certificates);
  }

  private boolean anyIs(Standing wanted, Function<DomainStanding, Standing> of) {
    var standings = standings();
    return standings.isEmpty() || standings.stream().map(of).anyMatch(wanted::equals);
  }

  private State known(String trustDomain) {
    return active.domains.stream()
        .filter(domain -> domain.name().equals(trustDomain))
        .findFirst()
        .map(domain -> domain.bundle().state())
        .orElse(new Awaited());
  }

  /** Looks whether keys changed. */
  public void tick() {
    var now = active;
    now.bundles.values().forEach(BundleSource::tick);
    now.keys.values().forEach(IssuerKeys::tick);
  }

  @Override
  public void close() {
    active.bundles.values().forEach(BundleSource::close);
    active.keys.values().forEach(IssuerKeys::close);
  }

  @Override
  public Absorbed absorb(Resource incoming, Optional<Resource> current, Connection transaction)
      throws SQLException, InvalidResourcesException {
    if (!incoming.kind().equals(VIRTUAL_KEY)) {
      return new Absorbed(incoming, Map.of());
    }
    requireFuture(incoming, current);
    var shown =
        store
            .mintUnlessPresent(incoming.name(), transaction)
            .map(key -> Map.of("key", key))
            .orElse(Map.of());
    return new Absorbed(incoming, shown);
  }

  /**
   * A key that is over from the beginning is a slip; one that was made before may stay as it is.
   */
  private void requireFuture(Resource incoming, Optional<Resource> current)
      throws InvalidResourcesException {
    var written = incoming.spec().path(EXPIRES_AT);
    boolean isNew = current.filter(it -> it.spec().path(EXPIRES_AT).equals(written)).isEmpty();
    if (!isNew || !written.isTextual()) {
      return;
    }
    var holder = SpecReader.read(incoming, VirtualKeySpec.class).holder(incoming.name());
    if (!clock.instant().isBefore(holder.expiresAt())) {
      throw SpecReader.mistake(
          incoming, "/spec/" + EXPIRES_AT, "is past: name a moment that is still to come");
    }
  }

  @Override
  public void forget(Resource.Key removed, Connection transaction) throws SQLException {
    if (removed.kind().equals(VIRTUAL_KEY)) {
      store.forget(removed.name(), transaction);
    }
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var mistakes = new ArrayList<Mistake>();
    var bundles = new HashMap<TrustDomainSpec, BundleSource>();
    var domains = domains(all, bundles, mistakes);
    var keys = new HashMap<KeyPlace, IssuerKeys>();
    var issuers = issuers(all, keys, mistakes);
    var holders = holders(all, mistakes);
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    var now = active;
    var trusted = new Trusted(Set.copyOf(domains), Set.copyOf(issuers));
    // What is remembered of tokens holds while all that vouches for them is the same.
    var verified = now.trusted.equals(trusted) ? now.tokens.verified() : new VerifiedTokens(clock);
    var tokens = tokens(domains, issuers, holders, verified);
    var next =
        new Active(
            domains,
            Map.copyOf(bundles),
            Map.copyOf(keys),
            AuthorizationServer.of(issuers),
            trusted,
            tokens,
            new PeerCertificates(domains, clock),
            Vouching.of(all, domains, issuers));
    return () -> activate(next);
  }

  private synchronized void activate(Active next) {
    var last = active;
    Runnable forget =
        () -> {
          next.forget();
          changed.run();
        };
    next.bundles.values().forEach(source -> source.listen(forget));
    next.keys.values().forEach(source -> source.listen(forget));
    active = next;
    added(last.bundles, next.bundles).forEach(BundleSource::start);
    added(last.keys, next.keys).forEach(IssuerKeys::start);
    added(next.bundles, last.bundles).forEach(BundleSource::forget);
    added(next.keys, last.keys).forEach(IssuerKeys::close);
  }

  private static <K, V> List<V> added(Map<K, V> before, Map<K, V> after) {
    return after.entrySet().stream()
        .filter(entry -> !before.containsKey(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private BearerTokens tokens(
      List<TrustedDomain> domains,
      List<TrustedIssuer> issuers,
      Map<String, KeyHolder> holders,
      VerifiedTokens verified) {
    return new BearerTokens(
        new KeyVerifier(store, holders, clock),
        new AccessTokenVerifier(issuers, clock),
        new SvidVerifier(policy, domains, clock),
        verified);
  }

  private List<TrustedDomain> domains(
      ResourceSet all, Map<TrustDomainSpec, BundleSource> bundles, List<Mistake> mistakes) {
    var domains = new HashMap<String, TrustedDomain>();
    for (var resource : all.of(TRUST_DOMAIN)) {
      read(resource, TrustDomainSpec.class, mistakes)
          .ifPresent(spec -> {
            try {
              var present = active.bundles.get(spec.source());
              var source = present == null ? spec.open(surroundings) : present;
              bundles.put(spec.source(), source);
              var domain =
                  new TrustedDomain(
                      resource.name(), spec.trustDomain(), spec.allowedAlgorithms(), source);
              var other = domains.putIfAbsent(spec.trustDomain(), domain);
              if (other != null) {
                mistakes.add(
                    mistake(resource, "trustDomain", "is also that of " + other.resource()));
              }
            } catch (IllegalArgumentException e) {
              mistakes.add(mistake(resource, spec.sourceField(), String.valueOf(e.getMessage())));
            }
          });
    }
    return List.copyOf(domains.values());
  }

  private List<TrustedIssuer> issuers(
      ResourceSet all, Map<KeyPlace, IssuerKeys> keys, List<Mistake> mistakes) {
    var issuers = new HashMap<String, TrustedIssuer>();
    for (var resource : all.of(ISSUER)) {
      read(resource, IssuerSpec.class, mistakes)
          .ifPresent(spec -> {
            try {
              var source = keys.computeIfAbsent(spec.keyPlace(), this::keysAt);
              var issuer = spec.trusted(resource.name(), source);
              var other = issuers.putIfAbsent(spec.issuer(), issuer);
              if (other != null) {
                mistakes.add(mistake(resource, "issuer", "is also that of " + other.resource()));
              }
            } catch (IllegalArgumentException e) {
              mistakes.add(mistake(resource, spec.sourceField(), String.valueOf(e.getMessage())));
            }
          });
    }
    return List.copyOf(issuers.values());
  }

  /** Those that are known already, whatever else changed about their issuer. */
  private IssuerKeys keysAt(KeyPlace place) {
    var present = active.keys.get(place);
    return present == null ? place.open(clock) : present;
  }

  private static Map<String, KeyHolder> holders(ResourceSet all, List<Mistake> mistakes) {
    var holders = new HashMap<String, KeyHolder>();
    for (var resource : all.of(VIRTUAL_KEY)) {
      read(resource, VirtualKeySpec.class, mistakes)
          .ifPresent(spec -> holders.put(resource.name(), spec.holder(resource.name())));
    }
    return holders;
  }

  private static <T> Optional<T> read(Resource resource, Class<T> form, List<Mistake> mistakes) {
    try {
      return Optional.of(SpecReader.read(resource, form));
    } catch (InvalidResourcesException e) {
      mistakes.addAll(e.mistakes());
      return Optional.empty();
    }
  }

  private static Mistake mistake(Resource resource, String field, String problem) {
    return new Mistake(resource.key(), "/spec/" + field, problem);
  }

  private record Active(
      List<TrustedDomain> domains,
      Map<TrustDomainSpec, BundleSource> bundles,
      Map<KeyPlace, IssuerKeys> keys,
      List<AuthorizationServer> servers,
      Trusted trusted,
      BearerTokens tokens,
      PeerCertificates certificates,
      Vouching vouching) {
    private void forget() {
      tokens.verified().forget();
      certificates.forget();
    }
  }

  /** All that vouches for signed tokens. */
  private record Trusted(Set<TrustedDomain> domains, Set<TrustedIssuer> issuers) {}
}
