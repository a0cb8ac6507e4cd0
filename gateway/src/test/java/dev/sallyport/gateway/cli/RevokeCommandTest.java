package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevokeCommandTest {
  @TempDir private Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private TestingGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestingGateway.start(data);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void revokesAPrincipalOnceHoweverOftenItIsSaidAndUndoesThat() {
    var principal = "spiffe://prod/agent/Lost-Laptop";
    var policy = "--until=2036-01-01T00:00:00Z";

    assertThat(run("revoke", principal, "--reason", "lost")).isZero();
    assertThat(run("revoke", principal, policy)).isZero();
    assertThat(gateway.admin().get("/admin/revocations").orFail().path("items"))
        .singleElement()
        .satisfies(item -> {
          assertThat(item.at("/spec/principal").asText()).isEqualTo(principal);
          assertThat(item.at("/spec/until").asText()).isEqualTo("2036-01-01T00:00:00Z");
        });
    assertThat(run("revoke", principal, "--undo")).isZero();
    assertThat(gateway.admin().get("/admin/revocations").orFail().path("items")).isEmpty();
    assertThat(run("revoke", principal, "--undo")).isEqualTo(1);
    assertThat(err.toString()).contains("No revocation names " + principal);
    assertThat(run("revoke", "lost-laptop")).isEqualTo(1);
    assertThat(err.toString()).contains("principal must be spiffe://DOMAIN/PATH");
  }

  private int run(String... arguments) {
    return TestingCommands.run(gateway.dataDirectory(), out, err, arguments);
  }
}
