package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a disk without room: it closes itself. */
class FullStoreTest {
  private static final String POLICY =
      """
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: ci}
      spec: {identity: {workload: 'spiffe://prod/agent/ci'}}
      """;

  @TempDir private Path folder;

  @Test
  void isToldToProbesAndToAdministratorsWithWhatMendsIt() throws IOException {
    var disk = new FullDisk(Files.createDirectory(folder.resolve("disk")));
    try (var gateway =
        TestingGateway.start(folder, Map.of(ConfigKey.STORE_URL, disk.url()), Map.of())) {
      disk.fill();

      for (int i = 0; i < 2; i++) {
        var refused = gateway.tryApply(POLICY);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body().path("detail").asText())
            .isEqualTo(
                "The store does not answer. Try again later; if its disk was full, make room and"
                    + " restart the gateway.");
      }
      var ready = gateway.get("/health/ready", "");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(TestingGateway.read(ready.body()).at("/checks/store").asText())
          .isEqualTo("failed");
    }
  }

  @Test
  void isNoReasonToAskForACallThatThereIsNot() throws IOException {
    var disk = new FullDisk(Files.createDirectory(folder.resolve("disk")));
    try (var gateway =
        TestingGateway.start(folder, Map.of(ConfigKey.STORE_URL, disk.url()), Map.of())) {
      disk.fill();
      gateway.tryApply(POLICY);

      for (var route : gateway.gateway().adminRoutes()) {
        if (route.startsWith("GET /admin/") && !route.contains("{")) {
          var body = gateway.admin().get(route.substring("GET ".length())).body();
          assertThat(body.path("detail").asText().contains("call id"))
              .as(route + " " + body)
              .isEqualTo(body.has("callId") && body.path("status").asInt() == 500);
        }
      }
    }
  }
}
