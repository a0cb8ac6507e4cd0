package dev.sallyport.identity.svid;

import dev.sallyport.identity.token.SignatureAlgorithm;
import java.util.Set;

/**
 * A trust domain whose workloads may call.
 *
 * @param resource the name of the resource that says so
 * @param name the trust domain's own name
 * @param algorithms those by which it signs
 * @param bundle where its keys come from
 */
public record TrustedDomain(
    String resource, String name, Set<SignatureAlgorithm> algorithms, BundleSource bundle) {
  public TrustedDomain {
    algorithms = Set.copyOf(algorithms);
  }
}
