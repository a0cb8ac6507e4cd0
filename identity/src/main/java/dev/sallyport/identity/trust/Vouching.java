package dev.sallyport.identity.trust;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.oidc.AccessTokenRules;
import dev.sallyport.identity.oidc.TrustedIssuer;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.ResourceVersion;
import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.TrustedDomain;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What vouches for principals at one moment.
 *
 * @param versions of the documents that do
 * @param bundles of the trust domains, by the name of their resource
 * @param withAgents the issuers whose subjects may act on behalf of others, by the same
 */
record Vouching(
    Map<Resource.Key, String> versions, Map<String, BundleSource> bundles, Set<String> withAgents) {
  /** Nothing does. */
  static final Vouching NONE = new Vouching(Map.of(), Map.of(), Set.of());

  Vouching {
    versions = Map.copyOf(versions);
    bundles = Map.copyOf(bundles);
    withAgents = Set.copyOf(withAgents);
  }

  static Vouching of(
      ResourceSet all, Collection<TrustedDomain> domains, Collection<TrustedIssuer> issuers) {
    var versions = new HashMap<Resource.Key, String>();
    for (var kind :
        List.of(
            IdentityResources.TRUST_DOMAIN,
            IdentityResources.ISSUER,
            IdentityResources.VIRTUAL_KEY)) {
      all.of(kind).forEach(resource -> versions.put(resource.key(), ResourceVersion.of(resource)));
    }
    var bundles = new HashMap<String, BundleSource>();
    domains.forEach(domain -> bundles.put(domain.resource(), domain.bundle()));
    var withAgents = new HashSet<String>();
    for (var issuer : issuers) {
      if (issuer.rules() instanceof AccessTokenRules rules && rules.actors().own()) {
        withAgents.add(issuer.resource());
      }
    }
    return new Vouching(versions, bundles, withAgents);
  }

  /** Names what vouches for a principal, as it is now; empty if nothing does. */
  Optional<String> voucher(Principal principal) {
    return switch (principal.method()) {
      case JWT_SVID, X509_SVID ->
          Optional.ofNullable(bundles.get(principal.authority()))
              .filter(bundle -> !(bundle.state() instanceof BundleSource.Withdrawn))
              .flatMap(_ -> version(IdentityResources.TRUST_DOMAIN, principal));
      case ACCESS_TOKEN, SERVICE_ACCOUNT -> version(IdentityResources.ISSUER, principal);
      case VIRTUAL_KEY -> version(IdentityResources.VIRTUAL_KEY, principal);
      case INTERNAL -> Optional.empty();
    };
  }

  private Optional<String> version(String kind, Principal principal) {
    return Optional.ofNullable(versions.get(new Resource.Key(kind, principal.authority())));
  }
}
