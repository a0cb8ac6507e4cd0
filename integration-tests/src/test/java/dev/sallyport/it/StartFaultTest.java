package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person is told who starts the product in a way that cannot work. */
class StartFaultTest {
  @TempDir private Path folder;

  /** ST-08. */
  @Test
  void refusesASecondProcessOnTheSameDataAndBrokenFilesWhileTheFirstGoesOn() throws Exception {
    var data = folder.resolve("data");
    var broken =
        Files.writeString(
            folder.resolve("broken.yaml"),
            """
            apiVersion: sallyport.dev/v1
            kind: AgentPolicy
            metadata: {name: ci}
            spec:
              identity: {workload: 'spiffe://prod/agent/ci'}
              tolls: []
            """);
    try (var first = ProductProcess.up(data)) {
      var addresses = first.ready();

      assertFails(
          "Another gateway is running on the data directory "
              + data
              + "; stop it, or give this one a directory of its own with --data.",
          "up",
          "--data",
          data.toString(),
          "--port",
          "0",
          "--admin-port",
          "0");
      assertFails(
          broken
              + ":6: /spec/tolls: is not a field here; did you mean tools? The fields are audit,"
              + " containment, credentials, identity, models, tools, tools_view",
          "apply",
          "--data",
          data.toString(),
          "-f",
          broken.toString());
      assertThat(addresses.client(data).get("/admin/AgentPolicy/ci").status()).isEqualTo(404);
    }
  }

  @Test
  void namesThePortThatIsInUseAndIsNotHinderedByThatTheNextTime() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = String.valueOf(taken.getLocalPort());

      assertFails(
          "Port "
              + port
              + " on 127.0.0.1 is in use or not allowed; choose another with --port (listen.port),"
              + " or stop what has it.",
          "up",
          "--data",
          folder.resolve("data").toString(),
          "--port",
          port,
          "--admin-port",
          "0");
      assertFails(
          "Port "
              + port
              + " on 127.0.0.1 is in use or not allowed; choose another with --admin-port"
              + " (admin.port), or stop what has it.",
          "up",
          "--data",
          folder.resolve("data").toString(),
          "--port",
          "0",
          "--admin-port",
          port);
    }
    try (var next = ProductProcess.up(folder.resolve("data"))) {
      assertThat(next.ready().data()).isNotNull();
      assertThat(next.sentences()).singleElement().asString().contains("the admin token is in ");
    }
  }

  /** ID-12: whom tokens are for is never left open; what never started has no evidence. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"`` | must", "` ` | must", "`,` | is \",\", must"})
  void doesNotStartWithoutAnAudience(String audience, String must) throws Exception {
    var data = folder.resolve("data");

    assertFails(
        "--audience: audience " + must + " be texts without spaces, at least one",
        "up",
        "--data",
        data.toString(),
        "--port",
        "0",
        "--admin-port",
        "0",
        "--audience",
        audience);
    assertThat(data).doesNotExist();
  }

  @Test
  void saysThatTheDataDirectoryCannotBeWritten() throws Exception {
    assertFails(
        "The data directory /proc/none cannot be written; make it writable, or name another with"
            + " --data.",
        "up",
        "--data",
        "/proc/none");
  }

  @Test
  void saysThatTheDataDirectoryIsNotOne() throws Exception {
    var file = Files.writeString(folder.resolve("data"), "a file");

    assertFails(
        "The data directory " + file + " is not a directory.", "up", "--data", file.toString());
  }

  @Test
  void namesFileAndLineOfAConfigurationThatIsNotYaml() throws Exception {
    var config = Files.writeString(folder.resolve("gateway.yaml"), "listen:\n  port: [1\n");

    try (var process = ProductProcess.start("up", "--config", config.toString())) {
      assertThat(process.awaitEnd()).isEqualTo(1);
      assertThat(process.sentences())
          .singleElement()
          .asString()
          .startsWith(config + ":")
          .doesNotContain("Exception", "snakeyaml", "\tat ");
    }
  }

  private static void assertFails(String sentence, String... arguments)
      throws IOException, InterruptedException {
    try (var process = ProductProcess.start(arguments)) {
      assertThat(process.awaitEnd()).isEqualTo(1);
      assertThat(process.sentences()).containsExactly(sentence);
    }
  }
}
