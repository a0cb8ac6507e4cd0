package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.cli.CommandRunner.Named;
import dev.sallyport.llm.kit.FakeProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FakeProvidersCommandTest {
  private final StringWriter err = new StringWriter();

  @Test
  void saysWhereEachProtocolIs() throws IOException {
    try (var provider = new FakeProvider()) {
      var text = FakeProviderText.of(provider);
      for (var protocol :
          List.of(
              "openai", "azure-openai", "anthropic", "gemini", "vertex", "bedrock", "openrouter")) {
        assertThat(text)
            .contains("protocol: %s, baseUrl: \"%s\"".formatted(protocol, provider.base(protocol)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536"})
  void refusesAPortThatThereIsNot(String port) {
    assertThat(run("--port", port)).isEqualTo(1);
    assertThat(err.toString()).contains("--port must be 0 to 65535");
  }

  @Test
  void saysWhichLineOfAScriptItDoesNotUnderstand(@TempDir Path folder) throws IOException {
    var script = Files.writeString(folder.resolve("script"), "gpt-5 text\ngpt-6 dance\n");
    assertThat(run("--script", script.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("line 2: no fake model does 'dance'");
  }

  private int run(String option, String value) {
    var terminal =
        new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err, true), false);
    var command = new Named("fake-providers", () -> new FakeProvidersCommand(terminal));
    return new CommandRunner(List.of(command), terminal, "testing")
        .run("fake-providers", option, value);
  }
}
