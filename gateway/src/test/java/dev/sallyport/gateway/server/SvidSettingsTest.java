package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JWT-SVIDs may be, by the configuration of a whole gateway. */
class SvidSettingsTest {
  private static final List<String> OURS = List.of(TestingGateway.AUDIENCE);
  private static final List<String> OURS_AND_ANOTHER =
      List.of(TestingGateway.AUDIENCE, "https://another.example");

  @TempDir private Path folder;

  @Test
  void takesAnHourAndOneAudienceUnlessItSaysOtherwise() {
    try (var gateway = TestingGateway.start(folder, Map.of(), Map.of())) {
      assertThat(status(gateway, OURS, Duration.ofMinutes(59))).isEqualTo(200);
      assertThat(status(gateway, OURS, Duration.ofMinutes(65))).isEqualTo(401);
      assertThat(status(gateway, OURS_AND_ANOTHER, Duration.ofMinutes(5))).isEqualTo(401);
    }
  }

  @Test
  void takesLongerOnesAndOtherAudiencesWhereItSaysSo() {
    var keys = Map.of(ConfigKey.SVID_MINUTES, "180", ConfigKey.SVID_OTHER_AUDIENCES, "allowed");
    try (var gateway = TestingGateway.start(folder, keys, Map.of())) {
      assertThat(status(gateway, OURS_AND_ANOTHER, Duration.ofMinutes(179))).isEqualTo(200);
      assertThat(status(gateway, OURS, Duration.ofMinutes(185))).isEqualTo(401);
      assertThat(status(gateway, List.of("https://another.example"), Duration.ofMinutes(5)))
          .isEqualTo(401);
    }
  }

  private static int status(TestingGateway gateway, List<String> audiences, Duration life) {
    var domain = gateway.trustDomain();
    var claims = domain.claims("/agent/analyst", TestingGateway.AUDIENCE);
    claims.put("aud", audiences);
    claims.put("exp", Instant.now().plus(life).getEpochSecond());
    return gateway.get("/v1/models", domain.svid(domain.header(), claims)).statusCode();
  }
}
