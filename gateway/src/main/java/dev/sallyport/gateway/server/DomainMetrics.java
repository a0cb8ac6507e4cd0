package dev.sallyport.gateway.server;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.trust.DomainStanding;
import dev.sallyport.identity.trust.DomainStanding.Standing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What is measured of each trust domain, by the name of the resource that names it. */
final class DomainMetrics {
  private DomainMetrics() {}

  /** Has trust domains measured. */
  static void add(Metrics metrics, Supplier<List<DomainStanding>> standings) {
    metrics.gauges(
        "sallyport_trust_domains",
        "Trust domains, by what is known of their bundles.",
        List.of("standing"),
        () -> {
          var counts = new HashMap<List<String>, Long>();
          for (var standing : Standing.values()) {
            counts.put(List.of(standing.label()), 0L);
          }
          standings
              .get()
              .forEach(domain -> counts.merge(List.of(domain.standing().label()), 1L, Long::sum));
          return counts;
        });
    metrics.gauges(
        "sallyport_bundle_age_seconds",
        "How long ago the source of a trust domain's bundle last said what it is.",
        List.of("trust_domain"),
        () -> {
          Map<List<String>, Long> ages = new HashMap<>();
          standings
              .get()
              .forEach(domain ->
                  domain
                      .age()
                      .ifPresent(age -> ages.put(List.of(domain.resource()), age.toSeconds())));
          return ages;
        });
  }
}
