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
 * @param age how long ago the source last said what the bundle is, where it has to be asked
 */
public record DomainStanding(String resource, Standing standing, Optional<Duration> age) {
  /** Whether SVIDs of a domain can hold. */
  public enum Standing {
    /** There is a bundle by which they can. */
    KNOWN,
    /** No bundle has come yet, or it may be had no longer: callers are told to come again. */
    AWAITED,
    /** The domain has revoked all its keys, or all its authorities have ended. */
    EXPIRED,
    /** The domain is no longer trusted by the one who gives out its bundle. */
    WITHDRAWN;

    /** As metrics write it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether SVIDs of the domain can hold. */
  public boolean works() {
    return standing == Standing.KNOWN;
  }

  static DomainStanding of(TrustedDomain domain, Instant now) {
    var standing =
        switch (domain.bundle().state()) {
          case Known(TrustBundle bundle) -> bundle.holdsAt(now) ? Standing.KNOWN : Standing.EXPIRED;
          case Awaited _ -> Standing.AWAITED;
          case Withdrawn _ -> Standing.WITHDRAWN;
        };
    var age = domain.bundle().heardAt().map(heard -> Duration.between(heard, now));
    return new DomainStanding(domain.resource(), standing, age);
  }
}
