package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What administrators are told of servers whose processes do not begin. */
class SilentProcessTest {
  private final RegistryScene scene = new RegistryScene();

  @AfterEach
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo secret >&2; exit 3 | its process ended with exit status 3 before it answered",
        "exec >&-; exec sleep 86396 | its process closed its output before it answered",
        "exit 0 | its process ended with exit status 0 before it answered",
        "echo '{\"jsonrpc\": 7}'; cat > /dev/null | its process wrote what is no message of MCP",
      })
  void saysHowAProcessEndedAndNothingThatItWrote(String script, String trouble) throws Exception {
    var status = silent("/bin/sh", "-c", script);

    assertThat(status.reason()).isPresent();
    assertThat(status.trouble().orElseThrow()).startsWith(trouble).doesNotContain("secret");
  }

  @Test
  void saysThatAProgramWasNotFound() throws Exception {
    var status = silent("sallyport-has-no-such-program", "--quietly");

    assertThat(status.reason()).contains("upstream_unavailable");
    assertThat(status.trouble())
        .contains("the program sallyport-has-no-such-program was not found");
  }

  @Test
  void saysThatAWorkingDirectoryWasNotFound() throws Exception {
    var spec = spec("/bin/sh").put("workingDirectory", "/nowhere/at/all");
    scene.apply("files", spec);

    assertThat(scene.registry.settle("files", RegistryScene.PATIENCE)).isFalse();
    assertThat(scene.registry.status("files").orElseThrow().trouble())
        .contains("its working directory /nowhere/at/all was not found");
  }

  @Test
  void takesItFromTheExitStatusOfASandboxThatItsProgramWasNotFound() {
    assertThat(ProcessLauncher.ended(isolated("sallyport-has-no-such-program"), 1))
        .startsWith("the program sallyport-has-no-such-program was not found: its process ended");
    assertThat(ProcessLauncher.ended(isolated("/bin/sh"), 1)).startsWith("its process ended");
  }

  private ServerStatus silent(String... command) throws Exception {
    scene.apply("files", spec(command));
    assertThat(scene.registry.settle("files", RegistryScene.PATIENCE)).isFalse();
    return scene.registry.status("files").orElseThrow();
  }

  private static ObjectNode spec(String... command) {
    var spec =
        TestingListing.JSON.createObjectNode().put("transport", "stdio").put("runtime", "none");
    List.of(command).forEach(spec.putArray("command")::add);
    return spec;
  }

  private static Stdio isolated(String program) {
    return new Stdio(
        List.of(program), Map.of(), true, List.of(), List.of(), Path.of("/tmp"), Optional.empty());
  }
}
