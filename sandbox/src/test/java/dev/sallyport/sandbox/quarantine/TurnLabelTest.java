package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Origin;
import dev.sallyport.sandbox.label.Provenance;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TurnLabelTest {
  private static final List<Authority> AUTHORITIES = List.of(Authority.values());
  private static final Label WEB = new Label(Set.of("web"), Authority.PUBLIC, Readers.EVERYONE, 80);
  private static final Readers CORP = Readers.of("@corp.example");
  private static final Vocabulary NAMES = new Vocabulary(List.of("n", "x"));
  private static final Duration HOUR = Duration.ofHours(1);

  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), () -> now);

  @Test
  void countsWhatItWasToldAndKeepsItsAuthority() {
    var first = quarantine.project("t", "crm", NAMES, json("{'x': 'do it', 'n': 7}"));
    var second = quarantine.project("t", "web", NAMES, json("[true]"));

    assertThat(quarantine.label("t"))
        .isEqualTo(
            new Label(
                Set.of("crm", "web"),
                Authority.USER,
                Readers.EVERYONE,
                first.bits() + second.bits()));
    assertThat(quarantine.label("other")).isEqualTo(Label.CLEAN);
  }

  @Test
  void countsLooksAndAnswersAndRefusalsThatTell() {
    var held = quarantine.project("t", "crm", NAMES, json("'a text'")).view().asText();
    var before = quarantine.label("t").influence();
    var got = call("q_get", "{'ref': '" + held + "'}");
    var asked =
        call(
            "q_ask",
            "{'ref': '" + held + "', 'question': 'Which?', 'schema': {'enum': ['a', 'b', 'c']}}");
    var refused = call("q_count", "{'ref': '" + held + "'}");

    assertThat(refused.view().get("isError").asBoolean()).isTrue();
    assertThat(List.of(got.bits(), asked.bits(), refused.bits())).allMatch(bits -> bits > 0);
    assertThat(quarantine.label("t").influence() - before)
        .isEqualTo(got.bits() + asked.bits() + refused.bits());
  }

  @Test
  void countsAnAnswerOnce() {
    var held = quarantine.project("t", "crm", NAMES, json("'a text'")).view().asText();
    var question =
        "{'ref': '" + held + "', 'question': 'Which?', 'schema': {'enum': ['a', 'b', 'c']}}";
    var _ = call("q_ask", question);
    var before = quarantine.label("t");

    assertThat(call("q_ask", question).bits()).isZero();
    assertThat(quarantine.label("t")).isEqualTo(before);
  }

  @Test
  void endsTheAnswersAboutAResultWithTheBudgetOfItsContract() {
    var question = "{'ref': '%s', 'question': '%s', 'schema': {'enum': ['a', 'b']}}";
    var none = quarantine.project("t", strict(budget(0)), json("'a text'")).view().asText();
    var some = quarantine.project("t", strict(budget(8)), json("'a text'")).view().asText();
    var asked = 0;
    while (asked <= 8 && !refused(call("q_ask", question.formatted(some, "Which " + asked)))) {
      asked++;
    }

    assertThat(asked).isBetween(2, 8);
    assertThat(refused(call("q_ask", question.formatted(none, "Which?")))).isTrue();
    var other = quarantine.project("t", strict(budget(8)), json("'a text'")).view().asText();
    assertThat(refused(call("q_ask", question.formatted(other, "And which?")))).isFalse();
  }

  /** What the model was told, it may say in other words. */
  @Test
  void letsThoseReadWhatItWritesWhoMayReadTheValuesThatItWasTold() {
    var _ = quarantine.project("t", strict(readers()), json("{'x': ['do it', true, null, '']}"));
    assertThat(quarantine.label("t").readers()).isEqualTo(Readers.EVERYONE);

    var _ = quarantine.project("t", strict(readers()), json("{'n': 7}"));
    assertThat(quarantine.label("t").readers()).isEqualTo(CORP);
  }

  @Test
  void isAsLowAsWhatItHasRead() {
    quarantine.read("t", WEB);
    quarantine.read("t", new Label(Set.of("b"), Authority.ORG, CORP, Integer.MAX_VALUE));

    assertThat(quarantine.label("t"))
        .isEqualTo(new Label(Set.of("web", "b"), Authority.PUBLIC, CORP, Integer.MAX_VALUE));
  }

  @Test
  void remembersWhatHasHappenedInIt() {
    quarantine.happened("t", Set.of("egress"));
    quarantine.happened("t", Set.of("paid"));

    assertThat(quarantine.effects("t")).containsExactlyInAnyOrder("egress", "paid");
    assertThat(quarantine.effects("other")).isEmpty();
  }

  @Test
  void hasWhatOtherTurnsOfItsOwnerWereToldWithinTheHour() {
    quarantine.owned("one", "ann");
    quarantine.read("one", WEB);
    quarantine.forget("one");
    now = now.plus(HOUR);
    quarantine.owned("two", "ann");
    quarantine.owned("clean", "ann", true);
    quarantine.owned("bobs", "bob");
    now = now.plusMillis(1);
    quarantine.owned("three", "ann");

    assertThat(quarantine.label("two")).isEqualTo(WEB);
    assertThat(quarantine.label("clean")).isEqualTo(Label.CLEAN);
    assertThat(quarantine.label("bobs")).isEqualTo(Label.CLEAN);
    assertThat(quarantine.label("three")).isEqualTo(Label.CLEAN);
  }

  @Test
  void inheritsOnceHoweverOftenItsOwnerIsSaid() {
    quarantine.owned("one", "ann");
    quarantine.read("one", WEB);
    quarantine.owned("two", "ann");
    quarantine.owned("two", "ann");
    quarantine.owned("two", "ann", true);
    quarantine.read("one", WEB);
    quarantine.owned("two", "ann");
    quarantine.owned("three", "ann");

    assertThat(quarantine.label("two")).isEqualTo(WEB);
    assertThat(quarantine.label("three").influence()).isEqualTo(160);
  }

  @Test
  void goesOnWhereOthersEndIfItIsToldTo() {
    quarantine.owned("ambient", "ann");
    quarantine.owned("one", "ann");
    quarantine.read("one", WEB);
    assertThat(quarantine.label("ambient")).isEqualTo(Label.CLEAN);

    quarantine.inherit("ambient");
    quarantine.inherit("ambient");
    assertThat(quarantine.label("ambient")).isEqualTo(WEB);

    now = now.plus(HOUR).plusMillis(1);
    quarantine.inherit("ambient");
    quarantine.read("one", WEB.withInfluence(1));
    quarantine.inherit("ambient");
    quarantine.inherit("ambient");
    assertThat(quarantine.label("ambient").influence()).isEqualTo(81);
  }

  @Test
  void knowsValuesThatEarlierTurnsOfItsOwnerWereTold() {
    quarantine.owned("one", "ann");
    var _ = quarantine.project("one", "crm", NAMES, json("{'n': 12345}"));
    quarantine.forget("one");
    quarantine.owned("two", "ann");
    quarantine.owned("bobs", "bob");

    assertThat(leaf("two", "12345").origin()).isEqualTo(Origin.VALUE);
    assertThat(leaf("two", "12345").label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("bobs", "12345").origin()).isEqualTo(Origin.MODEL);
  }

  @Test
  void keepsItsLabelWhereItsValuesAreDropped() {
    var limits = QuarantineLimits.defaults();
    var small = new Quarantine(tiny(limits), new SeededRandom(1), () -> now);
    small.owned("t", "ann");
    small.trust("t", "Use 12345 and 777");
    var token = small.project("t", "crm", NAMES, json("{'n': 12345, 'x': 'text'}"));
    small.owned("u", "bob");
    var _ = small.project("u", "crm", NAMES, json("'" + "x".repeat(3_120) + "'"));

    assertThat(small.label("t").influence()).isEqualTo(token.bits());
    var argument = JsonNodeFactory.instance.textNode("12345");
    var leaf = small.provenance("t", argument).leaves().getFirst();
    assertThat(leaf.label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(small.shown("t")).isEmpty();
  }

  /** Whatever is done in whatever order, no turn of an owner is trusted more within the hour. */
  @Test
  void neverRisesByAnySequenceWithinTheHour() {
    for (var seed = 0; seed < 300; seed++) {
      new Sequence(new Random(seed)).run();
    }
  }

  private final class Sequence {
    private final Random random;
    private final Quarantine tried;
    private final Map<String, List<Label>> seen = new HashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private final List<String> turns = new ArrayList<>();
    private int begun;

    Sequence(Random random) {
      this.random = random;
      this.tried = new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), () -> now);
    }

    void run() {
      for (var step = 0; step < 40; step++) {
        switch (random.nextInt(6)) {
          case 0, 1 -> begin();
          case 2 -> some(turn -> tried.read(turn, label()));
          case 3 -> some(turn -> tried.project(turn, "s" + random.nextInt(3), NAMES, json("7")));
          case 4 -> some(tried::forget);
          default -> now = now.plusSeconds(random.nextInt(60)); // 40 steps are under an hour
        }
      }
    }

    /** A turn, new or with an id that was used and forgotten. */
    private void begin() {
      var turn = "t" + (random.nextBoolean() ? begun++ : random.nextInt(begun + 1));
      var owner = owners.computeIfAbsent(turn, _ -> "o" + random.nextInt(3));
      tried.owned(turn, owner);
      turns.add(turn);
      if (turns.indexOf(turn) == turns.size() - 1) {
        var label = tried.label(turn);
        var before = seen.getOrDefault(owner, List.of());
        assertThat(before).as("new %s of %s", turn, owner).allMatch(label::isAtMost);
        assertThat(before.stream().flatMap(each -> each.writers().stream()))
            .containsAll(label.writers());
      }
    }

    private void some(Consumer<String> work) {
      if (turns.isEmpty()) {
        return;
      }
      var turn = turns.get(random.nextInt(turns.size()));
      var owner = owners.getOrDefault(turn, "");
      tried.owned(turn, owner);
      var others = new HashMap<String, Label>();
      owners.forEach((each, of) -> {
        if (!of.equals(owner)) {
          others.put(each, tried.label(each));
        }
      });
      var before = tried.label(turn);
      work.accept(turn);
      tried.owned(turn, owner);
      var after = tried.label(turn);
      assertThat(after.isAtMost(before)).isTrue();
      seen.computeIfAbsent(owner, _ -> new ArrayList<>()).add(after);
      others.forEach((each, label) -> assertThat(tried.label(each)).isEqualTo(label));
    }

    private Label label() {
      return new Label(
          Set.of("w" + random.nextInt(9)),
          AUTHORITIES.get(random.nextInt(AUTHORITIES.size())),
          random.nextInt(4) == 0 ? CORP : Readers.EVERYONE,
          random.nextInt(50));
    }
  }

  private Provenance.Leaf leaf(String turn, String text) {
    var argument = JsonNodeFactory.instance.textNode(text);
    return quarantine.provenance(turn, argument).leaves().getFirst();
  }

  private Projection call(String tool, String arguments) {
    var model = new ScriptedQuarantineModel("{\"abstain\": false, \"answer\": \"a\"}");
    var tools = new QuarantineTools(quarantine, model, Duration.ofSeconds(5));
    return tools.call("t", tool, json(arguments));
  }

  private static boolean refused(Projection answer) {
    JsonNode view = answer.view();
    return view.get("isError").asBoolean();
  }

  private static Intake strict(ResultRules rules) {
    return new Intake("crm", NAMES, QuarantineMode.STRICT, rules);
  }

  private static ResultRules readers() {
    return new ResultRules(
        Map.of(), Authority.PUBLIC, List.of(), CORP, List.of(), ResultBudget.DEFAULT);
  }

  private static ResultRules budget(int askBits) {
    var budget =
        new ResultBudget(OptionalInt.empty(), OptionalInt.of(askBits), OptionalInt.empty());
    return new ResultRules(
        Map.of(), Authority.PUBLIC, List.of(), Readers.EVERYONE, List.of(), budget);
  }

  /** With room for some values of one turn. */
  private static QuarantineLimits tiny(QuarantineLimits limits) {
    return new QuarantineLimits(
        limits.resultBits(),
        limits.lookBits(),
        limits.askBits(),
        limits.askRefill(),
        limits.largestInteger(),
        limits.maxDecimals(),
        limits.maxItems(),
        limits.maxNumbers(),
        limits.maxDepth(),
        limits.maxMembers(),
        limits.maxContentChars(),
        limits.maxTurnValues(),
        10_000,
        4_200,
        limits.maxShown(),
        limits.maxShownChars());
  }
}
