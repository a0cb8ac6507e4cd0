package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.FieldRule;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Origin;
import dev.sallyport.sandbox.label.Provenance.Leaf;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.Contracts;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Design section 3.6: where arguments come from, and that nothing launders them. */
class ProvenanceTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Readers CORP = Readers.of("@corp.example");
  private static final Vocabulary NAMES = new Vocabulary(List.of("x", "n"));
  private static final Label WEB = new Label(Set.of("web"), Authority.PUBLIC, Readers.EVERYONE, 80);

  private final Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), () -> now);

  @BeforeEach
  void aPersonWritesSomething() {
    quarantine.owned("t", "ann");
    quarantine.trust(
        "t",
        """
        Pay $1,500.50 to Bob <bob@corp.example> or carol@corp.example, please.
        Then open https://corp.example/a/b?c=d and call +1-555-0100; ask O'Brien-Smith.
        See "the big plan" (v2.10) on 2026-05-13. And add 42 to it.\
        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bob@corp.example",
        "Bob <bob@corp.example>",
        "carol@corp.example",
        "carol@corp.example, please",
        "https://corp.example/a/b?c=d",
        "the big plan",
        "\"the big plan\"",
        "v2.10",
        "42",
        "$1,500.50",
        "1,500.50",
        "2026-05-13",
        "O'Brien-Smith",
        " Bob ",
        "to Bob <bob@corp.example> or",
      })
  void isTheUsersWhereATrustedTextHoldsItAsWholeWords(String text) {
    assertThat(leaf(text)).isEqualTo(new Leaf("", Origin.USER, Label.CLEAN, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ob@corp.example",
        "bob@corp.exampl",
        "bob@corp",
        "corp.example",
        "@corp.example",
        "bob@",
        "Bob <bob@corp.ex",
        "https://corp.example",
        "https://corp.example/a",
        "corp.example/a/b?c=d",
        "/a/b",
        "the big pla",
        "e",
        "1",
        "500",
        "1,500",
        "500.50",
        "50",
        "2",
        "2.1",
        "2026",
        "05",
        "13",
        "555",
        "Smith",
        "Brien",
        "BOB",
        "bob@corp.example or carol",
        "evil@x.example",
      })
  void isTheModelsWhereATrustedTextHoldsItAsAPartOfAWordOrNotAtAll(String text) {
    quarantine.read("t", WEB);

    assertThat(leaf(text)).isEqualTo(new Leaf("", Origin.MODEL, WEB, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "42, USER",
    "42.0, USER",
    "1500.5, USER",
    "1500.50, USER",
    "43, MODEL",
    "4, MODEL",
    "1500, MODEL",
    "-42, MODEL"
  })
  void takesANumberForTheUsersHoweverItIsWritten(String number, Origin origin) {
    assertThat(leaf(json(number)).origin()).isEqualTo(origin);
  }

  @Test
  void goesThroughAllArguments() {
    var token = held("secret");
    var leaves =
        quarantine
            .provenance(
                "t",
                json(
                    "{'to': ['bob@corp.example', '%s'], 'a/b': {'~': true}, 'n': null, 'e': '',"
                            .formatted(token)
                        + " 'none': {}}"))
            .leaves();

    assertThat(leaves)
        .extracting(leaf -> leaf.pointer() + " " + leaf.origin())
        .containsExactly("/to/0 USER", "/to/1 REFERENCE", "/a~1b/~0 MODEL", "/n MODEL", "/e MODEL");
    assertThat(leaves.get(1).references()).containsExactly(token);
  }

  @Test
  void hasTheLabelOfWhatIsHeld() {
    var token = held("secret");

    assertThat(leaf(token))
        .isEqualTo(new Leaf("", Origin.REFERENCE, label(Authority.PUBLIC), List.of(token)));
    assertThat(leaf(" <" + token + ">").origin()).isEqualTo(Origin.REFERENCE);
    assertThat(leaf(token + token).origin()).isEqualTo(Origin.MIXED);
  }

  @Test
  void joinsReferencesWithTheTextAroundThem() {
    var token = held("secret");
    var mixed = leaf("Bob says " + token);

    assertThat(mixed.origin()).isEqualTo(Origin.MIXED);
    assertThat(mixed.label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(mixed.references()).containsExactly(token);
    quarantine.read("t", WEB);
    assertThat(leaf("evil@x.example " + token).label().writers()).contains("web", "s");
  }

  @Test
  void refusesReferencesThatTheTurnDoesNotHold() {
    var token = held("secret");

    assertThatThrownBy(() -> quarantine.provenance("other", JSON.textNode(token)))
        .isInstanceOf(UnknownReferenceException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bob@corp.example",
        "BOB@corp.example",
        " bob@corp.example ",
        "<bob@corp.example>.",
        "mailto:bob@corp.example",
        "bob@corp.example,x",
      })
  void lowersWhatWasToldThoughThePersonWroteItToo(String text) {
    show("s", Authority.PUBLIC, "bob@corp.example");

    assertThat(leaf(text).label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("carol@corp.example").origin()).isEqualTo(Origin.USER);
  }

  @Test
  void lowersAWholePhraseInWhichATellingWordStands() {
    show("s", Authority.PUBLIC, "bob@corp.example");

    var phrase = leaf("Bob <bob@corp.example>");
    assertThat(phrase.origin()).isEqualTo(Origin.MIXED);
    assertThat(phrase.label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("please use bob@corp.example").label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("Bob").origin()).isEqualTo(Origin.USER);
  }

  /** Criterion 3: what the quarantined model picked is of the picked text's authority. */
  @Test
  void lowersWhatAnAnswerPickedOutOfThePersonsOwnWords() {
    ask("{'enum': ['bob@corp.example', 'carol@corp.example']}", "\"carol@corp.example\"");
    ask("{'type': 'integer', 'minimum': 0, 'maximum': 50}", "42");

    assertThat(leaf("carol@corp.example"))
        .isEqualTo(new Leaf("", Origin.VALUE, label(Authority.PUBLIC), List.of()));
    assertThat(leaf("bob@corp.example").origin()).isEqualTo(Origin.USER);
    assertThat(leaf(json("42")).label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("42").label().authority()).isEqualTo(Authority.PUBLIC);
  }

  @Test
  void knowsNumbersThatWereTold() {
    tell("s", Authority.PARTNER, "{'n': 120.50}");

    for (var same : List.of("120.5", "120.50", "1205e-1")) {
      assertThat(leaf(json(same)))
          .isEqualTo(new Leaf("", Origin.VALUE, label(Authority.PARTNER), List.of()));
      assertThat(leaf(same).origin()).isEqualTo(Origin.VALUE);
    }
    assertThat(leaf(json("120.51")).origin()).isEqualTo(Origin.MODEL);
    assertThat(leaf("EUR 120.50").label().authority()).isEqualTo(Authority.PARTNER);
  }

  @Test
  void saysNothingOfALongerTextForAWordOfAClosedSet() {
    var rules = Map.of("$.x", FieldRule.of(new OneOf(List.of("please", "thanks"))));
    var intake = new Intake("s", NAMES, QuarantineMode.TYPED, Contracts.rules(rules, List.of()));
    assertThat(quarantine.project("t", intake, json("{'x': 'please'}")).view().toString())
        .contains("please");

    assertThat(leaf("please").origin()).isEqualTo(Origin.VALUE);
    assertThat(leaf("carol@corp.example, please").origin()).isEqualTo(Origin.USER);
  }

  @Test
  void trustsNoValueMoreThanATurnThatHasReadUntrustedText() {
    tell("s", Authority.ORG, "{'n': 777}");
    assertThat(leaf(json("777")).label().authority()).isEqualTo(Authority.ORG);

    quarantine.read("t", WEB);
    assertThat(leaf(json("777")).label().authority()).isEqualTo(Authority.PUBLIC);
  }

  @Test
  void lowersTheWordsOfWhatWasReadAsItIs() {
    quarantine.trust("t", "Delete files 13, 77 and notes.txt for alice@corp.example");
    var result =
        json(
            "{'content': [{'type': 'text', 'text': 'Send 13 to mailto:alice@corp.example,"
                + " ids=76,77'}]}");
    var read = quarantine.readToolResult("t", Intake.strict("web", NAMES), result);

    assertThat(read.view()).isSameAs(result);
    assertThat(read.bits()).isEqualTo(8 * result.toString().length());
    assertThat(leaf(json("13")).label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("alice@corp.example").label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("77").label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(leaf("notes.txt").origin()).isEqualTo(Origin.USER);
    assertThat(leaf("evil@x.example").label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(quarantine.label("t").influence()).isEqualTo(read.bits());
  }

  @Test
  void keepsWhoMayReadWhatWasTold() {
    tell("s", Authority.PUBLIC, "{'n': 91234}", CORP);

    assertThat(leaf(json("91234")).label().readers()).isEqualTo(CORP);
    assertThat(leaf("it is 91234 now").label().readers()).isEqualTo(CORP);
    assertThat(leaf("ninety-one thousand").label().readers()).isEqualTo(CORP);
    assertThat(leaf("bob@corp.example").label().readers()).isEqualTo(Readers.EVERYONE);
  }

  @Test
  void remembersSoManyValuesAndTrustsNothingWhereTheyAreMore() {
    var releases = new Releases();
    IntStream.range(0, Releases.MAX_VALUES).forEach(i -> releases.add(told("v" + i), now));
    assertThat(releases.find("other", now)).isEmpty();
    assertThat(releases.find("v7", now)).isPresent();

    releases.add(told("more"), now);
    assertThat(releases.find("other", now).orElseThrow().exact()).isFalse();
    assertThat(releases.find("other", now.plus(Releases.KEPT))).isPresent();
    assertThat(releases.find("other", now.plus(Releases.KEPT).plusMillis(1))).isEmpty();
    assertThat(releases.find("v7", now.plus(Duration.ofDays(1)))).isPresent();
  }

  @Test
  void makesRoomForNewValuesByThoseOfLongAgo() {
    var releases = new Releases();
    IntStream.range(0, Releases.MAX_VALUES).forEach(i -> releases.add(told("v" + i), now));
    var later = now.plus(Releases.KEPT).plusMillis(1);
    releases.add(told("more"), later);

    assertThat(releases.find("more", later)).isPresent();
    assertThat(releases.find("v7", later)).isEmpty();
  }

  @Test
  void keepsTheOldestTrustedTexts() {
    var room = TrustedTexts.MAX_CHARS;
    var texts = new TrustedTexts();
    texts.add("x".repeat(room - 3));
    texts.add("four");
    texts.add("abc");
    texts.add("d");

    assertThat(texts.hold("abc")).isTrue();
    assertThat(texts.hold("four")).isFalse();
    assertThat(texts.hold("d")).isFalse();
  }

  private static Told told(String text) {
    return Told.of(text, WEB, true);
  }

  private Leaf leaf(String text) {
    return leaf(JSON.textNode(text));
  }

  private Leaf leaf(JsonNode argument) {
    var leaf = quarantine.provenance("t", argument).leaves().getFirst();
    return new Leaf(leaf.pointer(), leaf.origin(), withoutBits(leaf.label()), leaf.references());
  }

  private static Label withoutBits(Label label) {
    return label.writers().contains("web") ? label : label.withInfluence(0);
  }

  private static Label label(Authority authority) {
    return new Label(Set.of("s"), authority, Readers.EVERYONE, 0);
  }

  private String held(String text) {
    return quarantine.project("t", "s", Vocabulary.NONE, JSON.textNode(text)).view().asText();
  }

  /** Shows a word of the person's, as one of a result. */
  private void show(String source, Authority authority, String word) {
    var rules =
        new ResultRules(
            ResultRules.byPath(Map.of("$.x", Contracts.word(FieldKind.TEXT))),
            authority,
            List.of(),
            Readers.EVERYONE,
            List.of(),
            ResultBudget.DEFAULT);
    var intake = new Intake(source, NAMES, QuarantineMode.TYPED, rules);
    var view = quarantine.project("t", intake, JSON.objectNode().put("x", word)).view();
    assertThat(view.get("x").asText()).isEqualTo(word);
  }

  private void tell(String source, Authority authority, String content) {
    tell(source, authority, content, Readers.EVERYONE);
  }

  private void tell(String source, Authority authority, String content, Readers readers) {
    var rules =
        new ResultRules(Map.of(), authority, List.of(), readers, List.of(), ResultBudget.DEFAULT);
    var intake = new Intake(source, NAMES, QuarantineMode.STRICT, rules);
    assertThat(quarantine.project("t", intake, json(content)).references()).isZero();
  }

  private void ask(String schema, String answer) {
    var model = new ScriptedQuarantineModel("{\"abstain\": false, \"answer\": " + answer + "}");
    var arguments = JSON.objectNode().put("ref", held("text")).put("question", "Which?");
    var told =
        new QuarantineTools(quarantine, model, Duration.ofSeconds(5))
            .call("t", "q_ask", arguments.set("schema", json(schema)));
    assertThat(told.view().at("/structuredContent/answer").toString()).isEqualTo(answer);
  }
}
