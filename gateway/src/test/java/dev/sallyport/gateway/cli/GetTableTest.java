package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GetTableTest {
  @TempDir private Path folder;

  @Test
  void isAsWideAsItsNamesAndHasTimesToTheSecond() {
    try (var gateway = TestingGateway.start(folder)) {
      gateway.apply(
          """
          apiVersion: sallyport.dev/v1
          kind: AgentPolicy
          metadata: {name: ci}
          spec: {identity: {workload: 'spiffe://prod/agent/ci'}}
          """);
      var out = new StringWriter();

      TestingCommands.run(gateway.dataDirectory(), out, new StringWriter(), "get");

      var lines = out.toString().lines().toList();
      assertThat(lines.getFirst()).isEqualTo("KIND        NAME VERSION  CHANGED");
      assertThat(lines)
          .anySatisfy(line ->
              assertThat(line)
                  .matches(
                      "AgentPolicy ci         1"
                          + "  [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z by [^ ]+"));
    }
  }
}
