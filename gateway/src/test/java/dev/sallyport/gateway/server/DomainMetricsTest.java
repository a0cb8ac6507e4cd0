package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.trust.DomainStanding;
import dev.sallyport.identity.trust.DomainStanding.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DomainMetricsTest {
  @Test
  void measuresWhatIsKnownOfEachTrustDomain() {
    var metrics = new Metrics();
    DomainMetrics.add(
        metrics,
        () ->
            List.of(
                new DomainStanding(
                    "own", Standing.KNOWN, Standing.EXPIRED, Optional.of(Duration.ofSeconds(70))),
                new DomainStanding("partner", Standing.EXPIRED, Standing.KNOWN, Optional.empty()),
                new DomainStanding(
                    "lost", Standing.EXPIRED, Standing.EXPIRED, Optional.of(Duration.ofDays(1)))));

    assertThat(new String(metrics.text(), StandardCharsets.UTF_8))
        .contains("sallyport_trust_domains{standing=\"known\"} 2.0")
        .contains("sallyport_trust_domains{standing=\"expired\"} 1.0")
        .contains("sallyport_trust_domains{standing=\"awaited\"} 0.0")
        .contains("sallyport_trust_domains{standing=\"withdrawn\"} 0.0")
        .contains("sallyport_bundle_age_seconds{trust_domain=\"own\"} 70.0")
        .contains("sallyport_bundle_age_seconds{trust_domain=\"lost\"} 86400.0")
        .doesNotContain("trust_domain=\"partner\"");
  }
}
