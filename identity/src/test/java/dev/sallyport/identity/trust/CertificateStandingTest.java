package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.trust.DomainStanding.Standing;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long a gateway works that lets nobody in without a certificate. */
class CertificateStandingTest extends IdentityScene {
  @Test
  void worksByCertificatesUntilTheLastAuthorityHasEndedAndByTokensBeyond() throws Exception {
    assertThat(identity.worksByCertificates()).isTrue();
    var authority = TestingAuthority.of("prod", clock.instant());
    var signing = new HashMap<String, Object>(prod.key().publicJson());
    signing.put("use", "jwt-svid");
    var bundle = SigningKey.json(Map.of("keys", List.of(signing, authority.jwk())));
    var file = Files.writeString(directory.resolve("prod.jwks"), bundle);
    apply("TrustDomain", "prod", "{'trustDomain':'prod','bundleFile':'%s'}".formatted(file));
    var end = authority.certificate().getNotAfter().toInstant();
    clock.advance(Duration.between(clock.instant(), end).minusNanos(1));
    assertThat(identity.worksByCertificates()).isTrue();
    clock.advance(Duration.ofNanos(1));

    assertThat(identity.worksByCertificates()).isFalse();
    assertThat(identity.works()).isTrue();
    assertThat(identity.standings())
        .containsExactly(
            new DomainStanding("prod", Standing.KNOWN, Standing.EXPIRED, Optional.empty()));
  }
}
