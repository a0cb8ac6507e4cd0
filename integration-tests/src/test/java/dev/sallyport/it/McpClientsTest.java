package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.it.McpPeer.Ability;
import dev.sallyport.it.McpPeer.About;
import dev.sallyport.it.McpPeer.Call;
import dev.sallyport.it.McpPeer.Start;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpClientsTest {
  private static final String GREETING = "hello there";
  private static final String RESOURCE = "sallyport://fixture/test://static-text";
  private static final String PROMPT = "fixture__test_prompt_with_arguments";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private FixtureScene scene;

  /** For how long calls wait that are given up: each for another time, by which it is known. */
  private int forEverMillis = 600_000;

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
  void aClientListsAndCallsWhatItsAgentMay(McpPeer client, @TempDir Path folder) {
    int millis = ++forEverMillis;
    var file = folder.resolve("give-up");
    var _ = scene.said("waiting " + millis).thenRun(() -> create(file));
    var _ = scene.said("cancelled " + millis).thenRun(file.toFile()::delete);
    try (var shim = McpShim.watching(scene.all())) {
      var told =
          client.call(
              shim.uri(),
              scene.readerToken(),
              about(millis, file),
              new Call("fixture__echo_structured", Map.of("message", GREETING)),
              new Call("fixture__test_error_handling", Map.of()),
              new Call("fixture__test_tool_with_progress", Map.of()),
              new Call("fixture__test_simple_text", Map.of()));

      assertThat(shim.revisions()).isEqualTo(client.named());
      assertThat(told.tools())
          .containsExactlyInAnyOrder(
              "fixture__echo_structured",
              "fixture__test_error_handling",
              "fixture__test_tool_with_progress",
              "fixture__wait");
      assertThat(told.failed(0)).isFalse();
      assertThat(told.answer(0).toString()).contains(GREETING);
      assertThat(told.failed(1)).isTrue();
      assertThat(told.answer(1).toString()).contains("intentionally returns an error");
      assertThat(told.failed(2)).isFalse();
      assertThat(told.answer(2).toString()).contains("It is done.");
      assertThat(told.progress(2))
          .isEqualTo(client.tellsProgress() ? List.of(0.0, 50.0, 100.0) : List.of());
      assertThat(told.failed(3)).isTrue();
      assertThat(told.besides()).isEqualTo(expected(client));
    }
    if (client.has(Ability.CANCELLATION)) {
      assertThat(scene.said("cancelled " + millis)).succeedsWithin(PATIENCE);
    }
  }

  /** The reader's: of each kind of thing one. */
  private static About about(int millis, Path file) {
    return new About(
        RESOURCE,
        "sallyport://fixture/test://template/{id}/data",
        PROMPT,
        Map.of("arg1", "one", "arg2", "two"),
        new Start("id", "12"),
        new Call("fixture__wait", Map.of("millis", millis)),
        file.toString());
  }

  private static JsonNode expected(McpPeer client) {
    var expected = JSON.createObjectNode();
    expected.putArray("resources").add(RESOURCE);
    expected.put("text", "This is the content of the static text resource.");
    if (client.has(Ability.PROMPTS)) {
      expected.putArray("prompts").add(PROMPT);
      expected.put("said", "Prompt with arguments: arg1='one', arg2='two'");
    }
    if (client.has(Ability.COMPLETION)) {
      expected.putArray("values").add("123").add("124");
    }
    if (client.has(Ability.CANCELLATION)) {
      expected.put("givenUp", true);
    }
    return expected;
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
