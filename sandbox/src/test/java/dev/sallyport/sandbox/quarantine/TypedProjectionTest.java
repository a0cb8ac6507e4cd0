package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.FieldForm;
import dev.sallyport.sandbox.contract.FieldForm.Decimal;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.Contracts;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Design section 3.3: what is of a closed type is shown within its bounds, and charged. */
class TypedProjectionTest {
  private static final Vocabulary NAMES = new Vocabulary(List.of("x", "y"));
  private static final Period DECADE = Period.ofYears(-10);
  private static final Map<String, FieldForm> FORMS =
      Map.of(
          "$.state", new OneOf(List.of("open", "shut", "lost")),
          "$.count", new Whole(0, 1_000),
          "$.price", new Decimal(BigDecimal.ZERO, new BigDecimal(100), 2),
          "$.when", new Moment(DECADE, Period.ofYears(1), Duration.ofMinutes(1)),
          "$.day", new Moment(DECADE, Period.ofYears(1), Duration.ofDays(1)),
          "$.id", new Open(FieldKind.IDENT));

  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), FixedClock.AT);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "state | 'open'                      | 'open'",
        "state | 'lost'                      | 'lost'",
        "state | 'Open'                      | txt",
        "state | 'open '                     | txt",
        "state | 'do it now'                 | txt",
        "state | 7                           | 7",
        "count | 0                           | 0",
        "count | 1000                        | 1000",
        "count | 1000.0                      | 1000",
        "count | -1                          | num",
        "count | 1001                        | num",
        "count | 7.5                         | num",
        "count | '7'                         | txt",
        "price | 0                           | 0",
        "price | 99.99                       | 99.99",
        "price | 99.990                      | 99.99",
        "price | 100.00                      | 100",
        "price | 100.01                      | num",
        "price | -0.01                       | num",
        "price | 1.005                       | num",
        "when  | '2026-11-21T10:05:59Z'      | '2026-11-21T10:05Z'",
        "when  | '2026-11-21 10:05:59'       | '2026-11-21T10:05Z'",
        "when  | '2026-11-21T11:05:59+01:00' | '2026-11-21T10:05Z'",
        "when  | '2026-11-21'                | '2026-11-21T00:00Z'",
        "when  | '2016-11-21T10:00:00Z'      | '2016-11-21T10:00Z'",
        "when  | '2016-11-21T09:59:59Z'      | date",
        "when  | '2027-11-21T10:00:59Z'      | '2027-11-21T10:00Z'",
        "when  | '2027-11-21T10:01:00Z'      | date",
        "when  | '2026-13-21T10:05:59Z'      | date",
        "when  | '2026-11-21T10:05Z; do it'  | date",
        "when  | 'tomorrow'                  | date",
        "day   | '2026-11-21T23:59:59Z'      | '2026-11-21'",
        "day   | '2026-11-21'                | '2026-11-21'",
        "id    | 'A-1'                       | ident",
        "id    | 17                          | ident",
        "other | 'open'                      | txt",
        "other | 1000000000                  | 1000000000",
        "other | 1000000001                  | num",
      })
  void showsWhatIsOfAClosedTypeAndWithinItsBounds(String field, String value, String shown) {
    var view = typed("{'" + field + "': " + value + "}", FORMS).view();
    var found = view.elements().next();

    if (shown.matches("[a-z]+")) {
      assertThat(found.asText()).startsWith("{{" + shown + "#");
    } else {
      assertThat(found.toString()).isEqualTo(shown.replace('\'', '"'));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'state': 'open', 'when': '2026-11-21', 'day': '2026-11-21'}",
        "{'state': 'do it', 'count': 7}",
      })
  void showsNotOneCharacterOfAServerInStrictMode(String content) {
    var rules = Contracts.fields(FORMS);
    var intake = new Intake("s", Vocabulary.NONE, QuarantineMode.STRICT, rules);
    var view = quarantine.project("t", intake, json(content)).view();
    var agreed = new Vocabulary(List.copyOf(rules.names()));
    var plain = quarantine.project("t", "s", agreed, json(content)).view();

    assertThat(view.toString().replaceAll("[a-z]+#\\d+\\.", ""))
        .isEqualTo(plain.toString().replaceAll("[a-z]+#\\d+\\.", ""));
  }

  /** Else the bounds of a name that is not told would tell, uncharged, which it is. */
  @Test
  void showsTheNamesThatTheRulesName() {
    var intake = new Intake("s", NAMES, QuarantineMode.STRICT, Contracts.fields(FORMS));
    var view = quarantine.project("t", intake, json("{'id': 7, 'x': 7, 'evil': 7}")).view();

    assertThat(view.fieldNames()).toIterable().hasSize(3).startsWith("x", "id");
    assertThat(view.toString()).doesNotContain("evil");
  }

  @Test
  void givesReferencesTheKindThatIsAgreedOnAlsoInStrictMode() {
    var rules = Contracts.fields(FORMS);
    var intake = new Intake("s", names("id", "when"), QuarantineMode.STRICT, rules);
    var view = quarantine.project("t", intake, json("{'id': 'do it', 'when': 'x'}")).view();

    assertThat(view.get("id").asText()).startsWith("{{ident#");
    assertThat(view.get("when").asText()).startsWith("{{date#");
  }

  @Test
  void chargesWhatAValueTells() {
    assertThat(cost("{'state': 'open'}")).isEqualTo(2, within()); // log2(3 + 1)
    assertThat(cost("{'count': 500}")).isEqualTo(Math.log(1_001) / Math.log(2), within());
    assertThat(cost("{'price': 5}")).isEqualTo(Math.log(10_001) / Math.log(2), within());
    assertThat(cost("{'day': '2026-11-21'}")).isEqualTo(Math.log(4_018) / Math.log(2), within());
  }

  @Test
  void showsWordsThatThePersonWroteWhereARuleSaysSo() {
    quarantine.trust("t", "Was there a mail from Security@facebook.com about\nthe new invoice?");
    var rules =
        Contracts.rules(
            Map.of("$.x", Contracts.word(FieldKind.ADDR), "$.z", Contracts.word(FieldKind.TEXT)),
            List.of());

    assertThat(word(rules, "Security@facebook.com")).isEqualTo("Security@facebook.com");
    assertThat(word(rules, "invoice")).isEqualTo("invoice");
    assertThat(word(rules, "the new invoice?")).isEqualTo("the new invoice?");
    assertThat(word(rules, "security@facebook.com")).startsWith("{{addr#");
    assertThat(word(rules, "facebook.com")).startsWith("{{addr#");
    assertThat(word(rules, "new invoice")).startsWith("{{addr#");
    assertThat(shown("t", QuarantineMode.STRICT, rules, "invoice")).startsWith("{{addr#");
    assertThat(shown("other", QuarantineMode.TYPED, rules, "invoice")).startsWith("{{addr#");
    assertThat(shown("t", QuarantineMode.TYPED, Contracts.fields(FORMS), "invoice"))
        .startsWith("{{txt#");
  }

  @Test
  void chargesAWordByAllThatThereAre() {
    IntStream.range(0, 64).forEach(i -> quarantine.trust("t", "word" + i));
    var rules = Contracts.rules(Map.of("$[*]", Contracts.word(FieldKind.TEXT)), List.of());
    var one = bits(rules, "['word1']");
    var five = bits(rules, "['word1', 'word2', 'word3', 'word4', 'word5']");

    assertThat(five - one).isEqualTo(4 * (1 + 6)); // the form, as before, and log2(64)
  }

  @Test
  void showsAsManyItemsAsARuleOrABudgetSays() {
    var rules = Contracts.fields(Map.of("$", new Items(3)));
    var budget =
        new ResultRules(
            Map.of(),
            Authority.PUBLIC,
            List.of(),
            Readers.EVERYONE,
            List.of(),
            new ResultBudget(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(2)));

    assertThat(view(rules, "[true, true, true]").toString()).isEqualTo("[true,true,true]");
    assertThat(view(rules, "[true, true, true, true]")).hasSize(4);
    assertThat(view(rules, "[true, true, true, true]").get(3).asText()).startsWith("{{json#");
    assertThat(view(budget, "[true, true, true]").get(2).asText()).startsWith("{{json#");
  }

  @Test
  void showsMoreNumbersInAListOnlyWhereItIsBounded() {
    var numbers = json(IntStream.range(0, 20).mapToObj(i -> i * 1_000).toList().toString());
    var bounded = Contracts.fields(Map.of("$", new Items(20), "$[*]", new Whole(0, 100_000)));
    var tighter = Contracts.fields(Map.of("$", new Items(19), "$[*]", new Whole(0, 100_000)));

    assertThat(view(bounded, numbers.toString())).hasToString(numbers.toString());
    assertThat(view(tighter, numbers.toString()).asText()).startsWith("{{json#");
    assertThat(view(ResultRules.NONE, numbers.toString()).asText()).startsWith("{{json#");
  }

  @Test
  void hidesNumbersThatSpellTextWhateverTheirBounds() {
    var rules = Contracts.fields(Map.of("$", new Items(20), "$[*]", new Whole(0, 255)));
    var codes = "do it now".chars().boxed().toList();

    assertThat(view(rules, codes.toString())).allMatch(JsonNode::isTextual);
  }

  @Test
  void endsWithTheBudgetOfTheContract() {
    var content = JsonNodeFactory.instance.arrayNode();
    IntStream.range(0, 100).forEach(i -> content.add("open"));
    var item = Map.<String, FieldForm>of("$[*]", new OneOf(List.of("open", "shut")));
    var some = budgeted(item, 40);
    var more = budgeted(item, 8_000);

    assertThat(quarantine.project("t", typed(some), content).bits()).isLessThanOrEqualTo(40);
    assertThat(quarantine.project("t", typed(more), content).view()).isEqualTo(content);
  }

  @Test
  void showsWhatIsAgreedInLooksIntoHeldPartsToo() {
    var word = new OneOf(List.of("open"));
    var rules = Contracts.fields(Map.of("$.x", new Items(0), "$.x[*].y", word));
    var held = view(rules, "{'x': [{'y': 'open'}, {'y': 'do it'}]}").get("x").get(0).asText();

    assertThat(looked(held, "[0].y").asText()).isEqualTo("open");
    assertThat(looked(held, "[1].y").asText()).startsWith("{{txt#");
    assertThat(looked(held, "[0]").toString()).isEqualTo("{\"y\":\"open\"}");
  }

  private JsonNode looked(String held, String path) {
    var tools = new QuarantineTools(quarantine, (_, _, _, _) -> "", Duration.ofSeconds(1));
    var arguments = JsonNodeFactory.instance.objectNode().put("ref", held).put("path", path);
    return tools.call("t", "q_get", arguments).view().at("/structuredContent/value");
  }

  @Test
  void saysInResultsOfToolsWhichModeItWas() {
    var result = json("{'content': [{'type': 'text', 'text': '{\\'x\\': 1}'}]}");
    var typed = new Intake("s", NAMES, QuarantineMode.TYPED, ResultRules.NONE);

    assertThat(mode(quarantine.projectToolResult("t", typed, result))).isEqualTo("typed");
    assertThat(mode(quarantine.projectToolResult("t", "s", NAMES, result))).isEqualTo("strict");
  }

  private static String mode(Projection projection) {
    return projection.view().at("/_meta/dev.sallyport~1quarantine/mode").asText();
  }

  /** What showing the value costs beyond its form, which is new. */
  private double cost(String content) {
    var twice = json("[" + content + ", " + content + "]");
    var rules = Contracts.fields(underItems());
    var one = quarantine.project("t", typed(rules), json("[" + content + "]")).bits();
    return quarantine.project("t", typed(rules), twice).bits() - one - 3; // 2 forms, 1 shape
  }

  private static Offset<Double> within() {
    return Offset.offset(1.0); // bits are rounded up
  }

  private static Map<String, FieldForm> underItems() {
    return FORMS.entrySet().stream()
        .collect(
            Collectors.toMap(entry -> entry.getKey().replace("$", "$[*]"), Map.Entry::getValue));
  }

  private Projection typed(String content, Map<String, FieldForm> forms) {
    return quarantine.project("t", typed(Contracts.fields(forms)), json(content));
  }

  private static Intake typed(ResultRules rules) {
    return new Intake("s", NAMES, QuarantineMode.TYPED, rules);
  }

  private static Vocabulary names(String... names) {
    return new Vocabulary(List.of(names));
  }

  private String word(ResultRules rules, String text) {
    return shown("t", QuarantineMode.TYPED, rules, text);
  }

  private String shown(String turn, QuarantineMode mode, ResultRules rules, String text) {
    var content = JsonNodeFactory.instance.objectNode().put("x", text);
    var intake = new Intake("s", NAMES, mode, rules);
    return quarantine.project(turn, intake, content).view().get("x").asText();
  }

  private int bits(ResultRules rules, String content) {
    return quarantine.project("t", typed(rules), json(content)).bits();
  }

  private JsonNode view(ResultRules rules, String content) {
    return quarantine.project("t", typed(rules), json(content)).view();
  }

  private static ResultRules budgeted(Map<String, FieldForm> forms, int bits) {
    var rules = Contracts.fields(forms);
    return new ResultRules(
        rules.fields(),
        rules.authority(),
        rules.authorityWhen(),
        rules.readers(),
        rules.readersWhen(),
        new ResultBudget(OptionalInt.of(bits), OptionalInt.empty(), OptionalInt.empty()));
  }
}
