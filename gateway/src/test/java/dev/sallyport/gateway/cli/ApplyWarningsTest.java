package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator is told of that is put in force and likely not meant. */
class ApplyWarningsTest {
  @TempDir private Path folder;

  @Test
  void tellsWithFileAndLineOfARuleOnAServerThatIsNotThereAndTakesIt() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("p.yaml"),
            """
            apiVersion: sallyport.dev/v1
            kind: AgentPolicy
            metadata: {name: ci}
            spec:
              identity: {workload: "spiffe://prod/agent/ci"}
              tools:
                - {resource: crm, actions: [read]}
                - resource: cmr
                  actions: [write]
            ---
            apiVersion: sallyport.dev/v1
            kind: McpServer
            metadata: {name: crm}
            spec: {transport: streamable-http, url: "http://127.0.0.1:1/mcp"}
            """);
    try (var gateway = TestingGateway.start(folder.resolve("data"))) {
      var data = gateway.dataDirectory();
      var warning = "warning " + file + ":8: /spec/tools/1/resource: there is no McpServer cmr";

      for (var command : new String[] {"diff", "apply", "apply"}) {
        var out = new StringWriter();
        var err = new StringWriter();
        assertThat(TestingCommands.run(data, out, err, command, "-f", file.toString())).isZero();
        assertThat(err.toString()).startsWith(warning).hasLineCount(1);
        assertThat(out.toString()).doesNotContain("warning");
      }

      var status = gateway.admin().get("/admin/AgentPolicy/ci").orFail();
      assertThat(status.at("/spec/tools/1/resource").asText()).isEqualTo("cmr");
      Files.writeString(file, Files.readString(file).replace("cmr", "crm"));
      var err = new StringWriter();
      var fixed =
          TestingCommands.run(data, new StringWriter(), err, "apply", "-f", file.toString());
      assertThat(fixed).isZero();
      assertThat(err.toString()).isEmpty();
    }
  }
}
