package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.quarantine.ClientHistory.CallName;
import dev.sallyport.sandbox.testing.Contracts;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Criterion 6: that something is not there tells as much as that it is, and is charged alike. */
class UntoldChoicesTest {
  private static final double FORM = 1 + log2(10);

  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), FixedClock.AT);
  private final QuarantineTools tools =
      new QuarantineTools(quarantine, (_, _, _, _) -> "", Duration.ofSeconds(1));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                   | {'isError': true}",
        "{'content': [%s]}    | {'isError': true, 'content': [%s]}",
        "{'content': [%s,%s]} | {'content': [{'type': 'hologram'}, %s]}",
        "{'content': [%s]}    | {'content': [{'type': 'image', 'mimeType': 'image/png'}]}",
        "{'content': [%s]}    | {'content': [{'type': 'image', 'mimeType': 'image/other'}]}",
      })
  void chargesAFailureAndAMediaTypeWhetherTheyAreThereOrNot(String one, String other) {
    var image = "{'type': 'image', 'data': 'x'}";
    var media = other.contains("hologram") ? 4 : 0; // for log2(16), which a hologram has not

    assertThat(bits(one.replace("%s", image)) - bits(other.replace("%s", image))).isEqualTo(media);
  }

  @Test
  void chargesWhichOfItsFieldsALinkHasNot() {
    var link = bits("{'content': [{'type': 'resource_link'}]}");
    var image = bits("{'content': [{'type': 'image'}]}");
    var resource = bits("{'content': [{'type': 'resource', 'resource': {'blob': 'x'}}]}");

    assertThat(link).isEqualTo(image).isEqualTo(resource);
    assertThat(link).isEqualTo(up(1 + log2(10) + log2(102) + log2(27) + 4));
  }

  @Test
  void chargesThatThereAreTooManyBlocks() {
    var many = "{'type': 'hologram'},".repeat(100) + "{'type': 'hologram'}";

    assertThat(bits("{'content': [" + many + "]}")).isEqualTo(up(1 + log2(10) + log2(102)));
  }

  @Test
  void chargesWhatAnErrorDoesNotSay() {
    assertThat(quarantine.projectError("t", "s", json("{'code': 1}")).bits())
        .isEqualTo(quarantine.projectError("t", "s", json("{'code': -32700}")).bits())
        .isEqualTo(up(1 + log2(24)));
  }

  @Test
  void chargesALookThatFindsNothing() {
    var held = quarantine.project("t", "s", Vocabulary.NONE, json("'[]'")).view().asText();
    var text = quarantine.project("t", "s", Vocabulary.NONE, json("'a b'")).view().asText();

    assertThat(look(held, "7").bits()).isEqualTo(up(1 + log2(3)));
    assertThat(look(text, "").bits()).isEqualTo(up(1 + log2(3) + log2(6)));
    assertThat(look(held, "").bits()).isEqualTo(up(1 + log2(3) + 1 + FORM + log2(202)));
  }

  @Test
  void saysNothingWhereNotEvenThatMayBeTold() {
    var limits = QuarantineLimits.defaults();
    for (var left = 0; left < 3; left++) {
      var little = new Quarantine(lookBits(limits, left), new SeededRandom(1), FixedClock.AT);
      var few = new QuarantineTools(little, (_, _, _, _) -> "", Duration.ofSeconds(1));
      var held = little.project("t", "s", Vocabulary.NONE, json("'[]'")).view().asText();
      for (var tool : new String[] {"q_get", "q_sum", "q_match"}) {
        var arguments = JsonNodeFactory.instance.objectNode().put("ref", held).put("path", "7");
        if (tool.equals("q_match")) {
          arguments.put("what", "email");
        }

        assertThat(few.call("t", tool, arguments).view().at("/structuredContent/message").asText())
            .as("%s with %d bits left", tool, left)
            .startsWith("looks into this result have told as much as they may");
      }
    }
  }

  @Test
  void chargesWhetherAClientsTextIsJson() {
    var history = new ClientHistory(quarantine);
    var intake = Intake.strict("s", Vocabulary.NONE);
    var json = history.output("t", intake, new CallName("1", "read"), "null");
    var text = history.output("t", intake, new CallName("2", "read"), "");

    assertThat(json.bits()).isEqualTo(text.bits()).isEqualTo(up(1 + 1 + 1 + FORM));
  }

  /** A number that is held there looks like a text, and costs as much. */
  @Test
  void chargesWhatIsHeldByAgreementAsOneSort() {
    var rules = Contracts.fields(Map.of("$[*]", new Open(FieldKind.IDENT)));
    var intake = new Intake("s", Vocabulary.NONE, QuarantineMode.STRICT, rules);

    assertThat(quarantine.project("t", intake, json("[1, 1, 'x']")).bits())
        .isEqualTo(quarantine.project("t", intake, json("['x', 'y', 'z']")).bits())
        .isEqualTo(quarantine.project("t", intake, json("['x', 'y', 2]")).bits());
  }

  private int bits(String result) {
    return quarantine.projectToolResult("t", "s", Vocabulary.NONE, json(result)).bits();
  }

  private Projection look(String held, String path) {
    var arguments = JsonNodeFactory.instance.objectNode().put("ref", held).put("path", path);
    return tools.call("t", "q_get", arguments);
  }

  private static QuarantineLimits lookBits(QuarantineLimits all, int bits) {
    return new QuarantineLimits(
        all.resultBits(),
        bits,
        all.askBits(),
        all.askRefill(),
        all.largestInteger(),
        all.maxDecimals(),
        all.maxItems(),
        all.maxNumbers(),
        all.maxDepth(),
        all.maxMembers(),
        all.maxContentChars(),
        all.maxTurnValues(),
        all.maxTurnChars(),
        all.maxHeldChars(),
        all.maxShown(),
        all.maxShownChars());
  }

  private static int up(double bits) {
    return (int) Math.ceil(bits);
  }

  private static double log2(double ways) {
    return Math.log(ways) / Math.log(2);
  }
}
