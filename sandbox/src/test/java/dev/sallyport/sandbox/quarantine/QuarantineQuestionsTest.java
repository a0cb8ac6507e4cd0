package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class QuarantineQuestionsTest extends QuarantineToolsScene {
  @Test
  void refusesReferencesAndArgumentsThatAreNotExact() {
    var tools = tools(new ScriptedQuarantineModel());

    for (var arguments :
        List.of(
            "{}",
            "{'ref': 7}",
            "{'ref': 'txt#1'}",
            "{'ref': '{{txt#1.aaaaaaaaaa}}'}",
            "{'ref': '" + letter + "', 'x': 1}")) {
      for (var name : List.of("q_get", "q_show", "q_ask")) {
        assertThat(tools.call("t", name, json(arguments)).view().get("isError").booleanValue())
            .as(name + arguments)
            .isTrue();
      }
    }
    assertThat(tools.call("u", "q_show", json("{'ref': '" + letter + "'}")).view().toString())
        .contains("this turn holds no such reference");
  }

  @Test
  void logsTheCodeOfWhyTheModelCannotBeAskedAndNoWords() {
    var logged = new ArrayList<String>();
    var handler = new RecordingHandler(logged);
    var log = Logger.getLogger(Asker.class.getName());
    log.addHandler(handler);
    try {
      answer(
          (_, _, _, _) -> {
            throw new ModelUnavailableException("invalid_request");
          },
          CHOICE);
      answer(
          (_, _, _, _) -> {
            throw new IOException("evil text");
          },
          CHOICE);
    } finally {
      log.removeHandler(handler);
    }

    assertThat(logged).containsExactly("invalid_request", "java.io.IOException");
  }

  /** Keeps the last value of each message. */
  private static final class RecordingHandler extends Handler {
    private final List<String> logged;

    RecordingHandler(List<String> logged) {
      this.logged = logged;
    }

    @Override
    public void publish(LogRecord entry) {
      logged.add(String.valueOf(entry.getParameters()[0]));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void looksIntoHeldJsonWithoutReadingIt() {
    var ref = hold("'{\\'items\\': [{\\'owner\\': \\'Eve Adams\\', \\'n\\': 3}], \\'a b\\': 1}'");

    var all = get(ref, "");
    assertThat(all.toString()).doesNotContain("Eve", "items").contains("{{key#");
    assertThat(get(ref, "/items/0/n")).hasToString("3");
    assertThat(get(ref, "$.items[0].n")).hasToString("3");
    assertThat(get(ref, all.fieldNames().next() + "[0].n")).hasToString("3");
    assertThat(get(ref, "/a b")).hasToString("1");
    var owner = get(ref, "items.0.owner").textValue();
    assertThat(quarantine.resolve("t", JsonNodeFactory.instance.textNode(owner)).arguments())
        .isEqualTo(json("'Eve Adams'"));
    assertThat(call("q_get", json("{'ref': '" + ref + "', 'path': '/nothing'}")).toString())
        .contains("there is nothing at that path");
  }

  @Test
  void saysRoughlyHowLongATextIs() {
    assertThat(call("q_get", json("{'ref': '" + letter + "'}")).get("structuredContent"))
        .isEqualTo(json("{'value': '" + letter + "', 'length': '<=32'}"));
  }

  @Test
  void showsHeldTextToThePersonAndNotToTheAgent() {
    var ref = hold("'\\u001b[2JHello <b>you</b>'");

    var answer = call("q_show", json("{'ref': '" + ref + "'}"));

    assertThat(answer.at("/structuredContent/shown").textValue()).isEqualTo(ref);
    assertThat(answer.at("/structuredContent/where").textValue())
        .contains("/v1/responses", "GET /admin/turns/t/shown");
    assertThat(quarantine.shown("t")).containsExactly(new Shown(ref, "crm", "Hello you"));
    assertThat(quarantine.shown("t").getFirst().marked()).isEqualTo("⟦external: Hello you⟧");
  }

  @Test
  void showsNoMoreThanTheBoundAndDropsNoHeldValueForIt() {
    var most = quarantine.limits().maxShown();
    for (var i = 0; i < most; i++) {
      assertThat(show(hold("'text " + i + "'")).get("isError").booleanValue()).isFalse();
    }

    var refused = show(hold("'one more'"));

    assertThat(refused.at("/structuredContent/message").textValue())
        .startsWith("there is no room to show this");
    assertThat(quarantine.shown("t")).hasSize(most);
    assertThat(quarantine.held("t", letter).text()).startsWith("Please");
    now = now.plus(Duration.ofMinutes(61));
    assertThat(show(hold("'later'")).get("isError").booleanValue()).isFalse();
    assertThat(quarantine.shown("t")).hasSize(1);
  }

  @Test
  void refusesToShowATextThatIsTooLong() {
    var ref = hold("'" + "x".repeat(1 << 20) + "y'");

    assertThat(show(ref).get("isError").booleanValue()).isTrue();
    assertThat(quarantine.shown("t")).isEmpty();
  }

  @Test
  void givesTheBitsOfAnswersBackOverTime() {
    spendTheBudget();
    now = now.plus(Duration.ofMinutes(10));

    var asked = 0;
    while (!refusedForBudget("Later " + asked + "?")) {
      asked++;
    }
    assertThat(asked).isBetween(3, 4);
  }

  @Test
  void givesNoMoreBitsBackThanTheBudgetHas() {
    now = now.plus(Duration.ofDays(30));
    spendTheBudget();

    assertThat(refusedForBudget("More?")).isTrue();
    now = now.minus(Duration.ofDays(1));
    assertThat(refusedForBudget("With the clock set back?")).isTrue();
  }

  /** Others that fill the memory do not make the budget of a turn new. */
  @Test
  void keepsCountOfAnswersWhereTheValuesOfATurnAreDropped() {
    spendTheBudget();
    var big = JsonNodeFactory.instance.textNode("x".repeat(4_000_000));
    for (var i = 0; i < 40; i++) {
      quarantine.project("other" + i, "crm", Vocabulary.NONE, big);
      for (var n = 0; n < 3; n++) {
        quarantine.project("t", "crm", Vocabulary.NONE, big);
      }
    }
    for (var i = 0; i < 40; i++) {
      quarantine.project("other" + i, "crm", Vocabulary.NONE, big);
    }

    assertThatThrownBy(() -> quarantine.held("t", letter))
        .isInstanceOf(UnknownReferenceException.class);
    assertThat(ask("t", hold("'again'"), "Once more?").at("/structuredContent/message").textValue())
        .contains("budget");
  }

  /** All looks into one result together tell no more than they may, however many there are. */
  @Test
  void refusesLooksOverTheBudgetOfTheResult() {
    var rows = "[" + "{\\'n\\': true},".repeat(150) + "1]";
    var first = hold("'" + rows + "'");
    var ref = first;
    var told = 0;
    var looks = 0;
    while (looks < 1_000) {
      var looked =
          tools(new ScriptedQuarantineModel())
              .call("t", "q_get", JsonNodeFactory.instance.objectNode().put("ref", ref));
      if (looked.view().get("isError").booleanValue()) {
        break;
      }
      told += looked.bits();
      looks++;
    }

    assertThat(looks).isBetween(2, 999);
    assertThat(told).isLessThanOrEqualTo(quarantine.limits().lookBits());
    assertThat(call("q_get", json("{'ref': '" + ref + "'}")).toString())
        .contains("have told as much as they may");
    assertThat(call("q_get", json("{'ref': '" + letter + "'}")).get("isError").booleanValue())
        .isFalse();
  }
}
