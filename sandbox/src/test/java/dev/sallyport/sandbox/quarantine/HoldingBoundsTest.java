package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException.Reason;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is dropped where turns would hold more than they may. */
class HoldingBoundsTest {
  @Test
  void dropsTheOldestValuesOverTheBoundAndSaysSo() {
    var small = new Quarantine(limits(2, 1 << 20, 1 << 20), new SeededRandom(1), FixedClock.AT);
    var tokens = small.project("t", "crm", Vocabulary.NONE, json("['a', 'b', 'c']")).view();

    assertThatThrownBy(() -> small.resolve("t", tokens.get(0)))
        .isInstanceOfSatisfying(
            UnknownReferenceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DROPPED));
    assertThat(small.resolve("t", tokens.get(1)).arguments().textValue()).isEqualTo("b");
  }

  @Test
  void dropsAValueThatIsLargerThanATurnMayHoldAndAllBeforeIt() {
    var small = new Quarantine(limits(10, 20, 1 << 20), new SeededRandom(1), FixedClock.AT);
    var fits = small.project("t", "crm", Vocabulary.NONE, json("'" + "x".repeat(12) + "'")).view();
    assertThat(small.resolve("t", fits).arguments().textValue()).hasSize(12);

    var tooLarge =
        small.project("t", "crm", Vocabulary.NONE, json("'" + "x".repeat(13) + "'")).view();

    for (var dropped : List.of(fits, tooLarge)) {
      assertThatThrownBy(() -> small.resolve("t", dropped))
          .isInstanceOfSatisfying(
              UnknownReferenceException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.DROPPED));
    }
    var next = small.project("t", "crm", Vocabulary.NONE, json("'a'")).view();
    assertThat(next.textValue()).startsWith("{{txt#3.");
    assertThat(small.resolve("t", next).arguments().textValue()).isEqualTo("a");
  }

  @Test
  void dropsTheTurnUsedLongestAgoOverTheBoundOfAll() {
    var small = new Quarantine(limits(10, 10_000, 2_000), new SeededRandom(1), FixedClock.AT);
    var text = JsonNodeFactory.instance.textNode("x".repeat(400));
    var first = small.project("a", "crm", Vocabulary.NONE, text).view();
    small.project("b", "crm", Vocabulary.NONE, text);
    var third = small.project("c", "crm", Vocabulary.NONE, text).view();

    assertThatThrownBy(() -> small.resolve("a", first))
        .isInstanceOfSatisfying(
            UnknownReferenceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DROPPED));
    assertThat(small.resolve("c", third).arguments()).isEqualTo(text);
  }

  /** One that fills many turns drops its own, and nobody else's. */
  @Test
  void dropsWhatTheHeaviestOwnerHoldsFirst() {
    var small = new Quarantine(limits(10, 10_000, 8_000), new SeededRandom(1), FixedClock.AT);
    var text = JsonNodeFactory.instance.textNode("x".repeat(400));
    small.owned("b1", "bob");
    var bobs = small.project("b1", "crm", Vocabulary.NONE, text).view();
    var alices = new ArrayList<JsonNode>();
    for (var i = 0; i < 12; i++) {
      small.owned("a" + i, "alice");
      alices.add(small.project("a" + i, "crm", Vocabulary.NONE, text).view());
    }

    assertThat(small.resolve("b1", bobs).arguments()).isEqualTo(text);
    assertThat(small.resolve("a11", alices.get(11)).arguments()).isEqualTo(text);
    assertThatThrownBy(() -> small.resolve("a0", alices.getFirst()))
        .isInstanceOfSatisfying(
            UnknownReferenceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DROPPED));
  }

  private static QuarantineLimits limits(int values, long turnChars, long allChars) {
    var d = QuarantineLimits.defaults();
    return new QuarantineLimits(
        d.resultBits(),
        d.lookBits(),
        d.askBits(),
        d.askRefill(),
        d.largestInteger(),
        d.maxDecimals(),
        d.maxItems(),
        d.maxNumbers(),
        d.maxDepth(),
        d.maxMembers(),
        d.maxContentChars(),
        values,
        turnChars,
        allChars,
        2,
        100);
  }
}
