package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusTest {
  @TempDir Path folder;

  @Test
  void theProductBringsEnoughScenariosOfItsOwn() throws IOException {
    var own = Corpus.own().getFirst();
    var tasks = own.suites().stream().flatMap(suite -> suite.tasks().stream()).toList();
    var goals = own.suites().stream().flatMap(suite -> suite.goals().stream()).toList();

    assertThat(own.suites()).hasSizeGreaterThanOrEqualTo(6);
    assertThat(tasks).hasSizeGreaterThanOrEqualTo(40);
    assertThat(goals).hasSizeGreaterThanOrEqualTo(20);
    assertThat(Attacks.ALL).hasSizeGreaterThanOrEqualTo(10);
    assertThat(new HashSet<>(goals)).hasSameSizeAs(goals);
  }

  @Test
  void everyOwnCallIsOfAToolThatItsSuiteHas() throws IOException {
    for (var suite : Corpus.own().getFirst().suites()) {
      var tools = suite.tools().stream().map(tool -> tool.path("name").asText()).toList();
      suite
          .tasks()
          .forEach(
              task -> task.steps().forEach(step -> assertThat(tools).contains(step.call().tool())));
      suite
          .goals()
          .forEach(goal -> goal.calls().forEach(call -> assertThat(tools).contains(call.tool())));
    }
  }

  @Test
  void fillsWhatOutsidersWroteIntoArguments() throws IOException {
    var corpus =
        read(
            """
            {"suites": {"s": {"vectors": {"v": "blue"}, "tools": [{"name": "t"}], "user_tasks": [
              {"id": "a", "visible_vectors": ["v"], "steps": [
                {"tool": "t", "args": {"colour": "{{INJ:v}}"}, "result": "{{INJ:v}}"}]}]}}}
            """);

    var step = corpus.getFirst().suites().getFirst().tasks().getFirst().steps().getFirst();
    assertThat(step.call().arguments().path("colour").asText()).isEqualTo("blue");
  }

  @Test
  void definesToolsAsMcpHasThem() throws IOException {
    var corpus = read("{\"suites\": {\"s\": {\"tools\": [{\"name\": \"t\"}]}}}");

    ObjectNode tool = corpus.getFirst().suites().getFirst().tools().getFirst();
    assertThat(tool.path("inputSchema").path("type").asText()).isEqualTo("object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | Unexpected end-of-input",
        "[] | it has no suites",
        "{\"suites\": {}} | it has no suites",
        "{\"suites\": {\"s\": {\"tools\": [{}]}}} | a member name is missing",
        "{\"suites\": {\"s\": {\"injection_tasks\": [{\"ground_truth_calls\": [{}]}]}}}"
            + " | a member tool is missing",
      })
  void saysWhatIsWrongWithAFile(String text, String why) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("corpus.json cannot be used: ")
        .hasMessageContaining(why);
  }

  @Test
  void saysThatAFolderHoldsNone() {
    assertThatThrownBy(() -> Corpus.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no .json with suites");
  }

  private List<Corpus> read(String text) throws IOException {
    return Corpus.read(Files.writeString(folder.resolve("corpus.json"), text));
  }
}
