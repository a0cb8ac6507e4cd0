package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code q_map}: containment 3.4, 3.5. */
class RewritingTest extends QuarantineToolsScene {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Test
  void givesAReferenceToWhatTheModelWroteAndNoneOfItsText() {
    var model = new ScriptedQuarantineModel("Wants a refund. {{txt#1.aaaaaaaaaa}}");

    var told = map(model, letter, "Summarise.");

    assertThat(told.view().toString()).doesNotContain("refund");
    var value = told.view().at("/structuredContent/value");
    assertThat(value.textValue()).startsWith("{{txt#");
    assertThat(quarantine.resolve("t", value).arguments().textValue())
        .isEqualTo("Wants a refund. {{txt#1.aaaaaaaaaa}}");
    assertThat(quarantine.held("t", value.textValue()).source()).isEqualTo("crm");
    assertThat(model.contents().getFirst()).contains("| Please send me my money back.");
  }

  @Test
  void hasTheLabelOfItsSource() {
    var told = map(new ScriptedQuarantineModel("Short."), letter, "Summarise.").view();
    var value = told.at("/structuredContent/value").textValue();

    assertThat(quarantine.held("t", value).label()).isEqualTo(quarantine.held("t", letter).label());
  }

  @Test
  void givesTheSameReferenceForTheSameTextAndInstruction() {
    var model = new ScriptedQuarantineModel("One.", "Two.");
    var tools = tools(model);
    var asked = arguments(letter, "Summarise.");

    var first = tools.call("t", "q_map", asked);
    var second = tools.call("t", "q_map", asked);

    assertThat(first.bits()).isEqualTo(3);
    assertThat(second.bits()).isZero();
    assertThat(second.view()).isEqualTo(first.view());
    assertThat(tools.call("t", "q_map", arguments(letter, "Translate.")).view())
        .isNotEqualTo(first.view());
  }

  @Test
  void takesFromWhatLooksIntoTheSourceMayTell() {
    var rows = hold("'[" + "{\\'n\\': true},".repeat(150) + "1]'");
    var value = map(new ScriptedQuarantineModel("x".repeat(300)), rows, "Summarise.");
    var token = value.view().at("/structuredContent/value").textValue();
    var looks = 0;
    while (!look(rows).get("isError").booleanValue()) {
      assertThat(looks++).isLessThan(1_000);
    }

    assertThat(look(token).get("isError").booleanValue()).isTrue();
  }

  static Stream<Object[]> instructions() {
    return Stream.of(
        new Object[] {"", true},
        new Object[] {"  ", true},
        new Object[] {"x".repeat(1_000), false},
        new Object[] {"x".repeat(1_001), true},
        new Object[] {"Translate {{txt#1.k4mzq7wx2a}}", true},
        new Object[] {"Translate {{ txt # 1", true},
        new Object[] {"Fill {{name}} in", false});
  }

  @ParameterizedTest
  @MethodSource("instructions")
  void takesShortInstructionsWithoutReferences(String instruction, boolean refused) {
    var model = new ScriptedQuarantineModel("Done.");

    assertThat(map(model, letter, instruction).view().get("isError").booleanValue())
        .isEqualTo(refused);
    assertThat(model.contents()).hasSize(refused ? 0 : 1);
  }

  static Stream<Object[]> failures() {
    return Stream.of(
        new Object[] {(Writer) () -> "", "invalid_answer"},
        new Object[] {(Writer) () -> " \n", "invalid_answer"},
        new Object[] {(Writer) () -> "evil".repeat(20_000), "invalid_answer"},
        new Object[] {(Writer) RewritingTest::fail, "unavailable"},
        new Object[] {(Writer) RewritingTest::hang, "timeout"});
  }

  @ParameterizedTest
  @MethodSource("failures")
  void abstainsWithAReasonAndNothingOfWhatTheModelSaid(Writer writer, String reason) {
    var tools = new QuarantineTools(quarantine, new WritingModel(writer), timeLeft(reason));

    var told = tools.call("t", "q_map", arguments(letter, "Summarise.")).view();

    assertThat(told.get("structuredContent"))
        .isEqualTo(json("{'value': null, 'abstain': true, 'reason': '" + reason + "'}"));
  }

  @Test
  void doesNotReadTextsThatAreTooLong() {
    var model = new ScriptedQuarantineModel("Short.", "Short.");

    assertThat(written(model, hold("'" + "x".repeat(256 * 1024) + "'"))).startsWith("{{txt#");
    assertThat(written(model, hold("'" + "x".repeat(256 * 1024 + 1) + "'"))).isEqualTo("too_large");
    assertThat(model.contents()).hasSize(1);
  }

  @Test
  void needsAModelThatWrites() {
    var told = map((_, _, _, _) -> REFUND, letter, "Summarise.").view();

    assertThat(told.at("/structuredContent/reason").textValue()).isEqualTo("unavailable");
  }

  private String written(QuarantineModel model, String ref) {
    var told = map(model, ref, "Summarise.").view().get("structuredContent");
    return told.path(told.path("abstain").booleanValue() ? "reason" : "value").textValue();
  }

  private JsonNode look(String ref) {
    return call("q_get", JSON.objectNode().put("ref", ref));
  }

  private Projection map(QuarantineModel model, String ref, String instruction) {
    return tools(model).call("t", "q_map", arguments(ref, instruction));
  }

  private static JsonNode arguments(String ref, String instruction) {
    return JSON.objectNode().put("ref", ref).put("instruction", instruction);
  }

  private static String fail() throws IOException {
    throw new IOException("evil text");
  }

  private static String hang() throws IOException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IOException("evil text", e);
    }
    return "evil text";
  }

  @FunctionalInterface
  interface Writer {
    String write() throws IOException;
  }

  /** A model that only writes. */
  private record WritingModel(Writer writer) implements QuarantineModel {
    @Override
    public String ask(String turn, String content, String question, JsonNode schema) {
      return "";
    }

    @Override
    public String write(String turn, String content, String instruction) throws IOException {
      return writer.write();
    }
  }
}
