package dev.sallyport.identity.trust;

import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.svid.BundleSource.Withdrawn;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.svid.TrustedDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known of a trust domain's bundle at a moment.
 *
 * @param resource the name of the resource that names the domain
 * @param tokens what is known of it for JWT-SVIDs
 * @param certificates what is known of it for X.509-SVIDs
 * @param age how long ago the source last said what the bundle is, where it has to be asked
 */
public record DomainStanding(
    String resource, Standing tokens, Standing certificates, Optional<Duration> age) {
  /** Whether SVIDs of a domain can hold. */
  public enum Standing {
    /** There is a bundle by which they can. */
    KNOWN,
    /** No bundle has come yet, or it may be had no longer: callers are told to come again. */
    AWAITED,
    /** The domain has no key for them: all are revoked, or all its authorities have ended. */
    EXPIRED,
    /** The domain is no longer trusted by the one who gives out its bundle. */
    WITHDRAWN;

    /** As metrics write it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is known of it for the kind of SVID for which most is known. */
  public Standing standing() {
    return tokens == Standing.KNOWN ? tokens : certificates;
  }

  static DomainStanding of(TrustedDomain domain, Instant now) {
    var age = domain.bundle().heardAt().map(heard -> Duration.between(heard, now));
    return switch (domain.bundle().state()) {
      case Known(TrustBundle bundle) ->
          new DomainStanding(
              domain.resource(),
              known(bundle.provesTokens()),
              known(bundle.provesCertificatesAt(now)),
              age);
      case Awaited _ -> alike(domain, Standing.AWAITED, age);
      case Withdrawn _ -> alike(domain, Standing.WITHDRAWN, age);
    };
  }

  private static Standing known(boolean proves) {
    return proves ? Standing.KNOWN : Standing.EXPIRED;
  }

  private static DomainStanding alike(
      TrustedDomain domain, Standing standing, Optional<Duration> age) {
    return new DomainStanding(domain.resource(), standing, standing, age);
  }
}
