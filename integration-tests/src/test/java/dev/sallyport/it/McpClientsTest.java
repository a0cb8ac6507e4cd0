package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.it.McpPeer.Call;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every MCP client may rely on, whoever wrote it and whatever revision it speaks. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpClientsTest {
  private static final String GREETING = "hello there";

  private FixtureScene scene;

  @BeforeAll
  void open(@TempDir Path folder) {
    scene = FixtureScene.open(folder);
  }

  @AfterAll
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @EnumSource
  void aClientListsAndCallsWhatItsAgentMay(McpPeer client) {
    try (var shim = McpShim.watching(scene.all())) {
      var told =
          client.call(
              shim.uri(),
              scene.readerToken(),
              new Call("fixture__echo_structured", Map.of("message", GREETING)),
              new Call("fixture__test_error_handling", Map.of()),
              new Call("fixture__test_tool_with_progress", Map.of()),
              new Call("fixture__test_simple_text", Map.of()));

      assertThat(shim.revisions()).isEqualTo(client.named());
      assertThat(told.tools())
          .containsExactlyInAnyOrder(
              "fixture__echo_structured",
              "fixture__test_error_handling",
              "fixture__test_tool_with_progress");
      assertThat(told.failed(0)).isFalse();
      assertThat(told.answer(0).toString()).contains(GREETING);
      assertThat(told.failed(1)).isTrue();
      assertThat(told.answer(1).toString()).contains("intentionally returns an error");
      assertThat(told.failed(2)).isFalse();
      assertThat(told.answer(2).toString()).contains("It is done.");
      assertThat(told.progress(2))
          .isEqualTo(client.tellsProgress() ? List.of(0.0, 50.0, 100.0) : List.of());
      assertThat(told.failed(3)).isTrue();
    }
  }
}
