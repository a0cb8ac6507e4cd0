package dev.sallyport.identity.trust;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.TokenVerifier;
import dev.sallyport.identity.key.KeyHolder;
import dev.sallyport.identity.key.KeyStore;
import dev.sallyport.identity.key.KeyVerifier;
import dev.sallyport.identity.oidc.AccessTokenVerifier;
import dev.sallyport.identity.oidc.IssuerKeys;
import dev.sallyport.identity.oidc.TrustedIssuer;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.SvidPolicy;
import dev.sallyport.identity.svid.SvidVerifier;
import dev.sallyport.identity.svid.TrustedDomain;
import dev.sallyport.identity.token.VerifiedTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kinds TrustDomain, Issuer and VirtualKey, and the one verifier of bearer tokens that they
 * make. A change swaps all of it at once. Thread-safe.
 *
 * <p>{@link #tick} is to be called every few seconds: it is how changed files and silent streams
 * are noticed, off any request.
 */
public final class IdentityResources implements ResourceModule, TokenVerifier, AutoCloseable {
  static final String TRUST_DOMAIN = "TrustDomain";
  static final String ISSUER = "Issuer";
  static final String VIRTUAL_KEY = "VirtualKey";

  private final KeyStore store;
  private final SvidPolicy policy;
  private final InstantSource clock;
  private volatile Active active;

  /**
   * No one is let in before the first activation.
   *
   * @param store where the digests of keys are; its migrations have run
   * @param policy what every JWT-SVID must fit
   */
  public IdentityResources(KeyStore store, SvidPolicy policy, InstantSource clock) {
    this.store = store;
    this.policy = policy;
    this.clock = clock;
    this.active = new Active(Map.of(), Map.of(), List.of(), tokens(List.of(), List.of(), Map.of()));
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

  /** The issuers whose access tokens are taken now, by their {@code iss}. */
  public List<String> issuers() {
    return active.issuers;
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
    var shown =
        store
            .mintUnlessPresent(incoming.name(), transaction)
            .map(key -> Map.of("key", key))
            .orElse(Map.of());
    return new Absorbed(incoming, shown);
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
    var keys = new HashMap<IssuerSpec, IssuerKeys>();
    var issuers = issuers(all, keys, mistakes);
    var holders = holders(all, mistakes);
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    var tokens = tokens(domains, issuers, holders);
    var next =
        new Active(
            Map.copyOf(bundles),
            Map.copyOf(keys),
            issuers.stream().map(TrustedIssuer::issuer).toList(),
            tokens);
    return () -> activate(next);
  }

  private synchronized void activate(Active next) {
    var last = active;
    Runnable changed = next.tokens.verified()::forget;
    next.bundles.values().forEach(source -> source.listen(changed));
    next.keys.values().forEach(source -> source.listen(changed));
    active = next;
    added(last.bundles, next.bundles).forEach(BundleSource::start);
    added(last.keys, next.keys).forEach(IssuerKeys::start);
    added(next.bundles, last.bundles).forEach(BundleSource::close);
    added(next.keys, last.keys).forEach(IssuerKeys::close);
  }

  private static <K, V> List<V> added(Map<K, V> before, Map<K, V> after) {
    return after.entrySet().stream()
        .filter(entry -> !before.containsKey(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private BearerTokens tokens(
      List<TrustedDomain> domains, List<TrustedIssuer> issuers, Map<String, KeyHolder> holders) {
    return new BearerTokens(
        new KeyVerifier(store, holders, clock),
        new AccessTokenVerifier(issuers, clock),
        new SvidVerifier(policy, domains, clock),
        new VerifiedTokens(clock));
  }

  private List<TrustedDomain> domains(
      ResourceSet all, Map<TrustDomainSpec, BundleSource> bundles, List<Mistake> mistakes) {
    var domains = new HashMap<String, TrustedDomain>();
    for (var resource : all.of(TRUST_DOMAIN)) {
      read(resource, TrustDomainSpec.class, mistakes)
          .ifPresent(spec -> {
            try {
              var present = active.bundles.get(spec);
              var source = present == null ? spec.open(clock) : present;
              bundles.put(spec, source);
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
      ResourceSet all, Map<IssuerSpec, IssuerKeys> keys, List<Mistake> mistakes) {
    var issuers = new HashMap<String, TrustedIssuer>();
    for (var resource : all.of(ISSUER)) {
      read(resource, IssuerSpec.class, mistakes)
          .ifPresent(spec -> {
            try {
              var present = active.keys.get(spec);
              var source = present == null ? spec.open() : present;
              keys.put(spec, source);
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
      Map<TrustDomainSpec, BundleSource> bundles,
      Map<IssuerSpec, IssuerKeys> keys,
      List<String> issuers,
      BearerTokens tokens) {}
}
