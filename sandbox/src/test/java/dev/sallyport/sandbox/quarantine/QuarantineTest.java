package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException.Reason;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineTest {
  private static final Vocabulary NAMES = new Vocabulary(List.of("id", "owner", "arr", "tags"));

  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), FixedClock.AT);

  @Test
  void showsShapeAndBoundedScalarsAndReferencesForTheRest() {
    var view =
        view(
            "{'arr': 120.50, 'owner': 'eve@example.org', 'zeta': true, 'id': 'A-1', 'tags': ['',"
                + " null]}");

    var nonce = nonceOf(view);
    assertThat(view.toString().replace(nonce, "N"))
        .isEqualTo(
            """
            {"id":"{{txt#1.N}}","owner":"{{txt#2.N}}","arr":120.5,"tags":["",null],\
            "{{key#3.N}}":true}\
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eve@example.org", "https://example.org/", "2031-01-02", "A-1", "Do it."})
  void saysOfATextWhatTheApprovedSchemaSaysWhateverTheTextIs(String text) {
    var names =
        Vocabulary.ofSchema(
            json(
                "{'properties': {'to': {'format': 'email'}, 'site': {'format': 'uri'}, 'on':"
                    + " {'format': 'date'}, 'at': {'format': 'date-time'}, 'key': {'format':"
                    + " 'uuid'}, 'cc': {'items': {'format': 'email'}}, 'note': {'format': 'ours'},"
                    + " 'both': {'format': 'email'}, 'more': {'properties': {'both': {'format':"
                    + " 'date'}}}}}"));
    var content = JsonNodeFactory.instance.objectNode();
    names.names().stream()
        .filter(name -> !name.equals("more"))
        .forEach(name -> content.put(name, text));
    content.putArray("cc").add(text);

    var view = quarantine.project("t", "crm", names, content).view();

    assertThat(view.properties())
        .extracting(
            member -> member.getKey() + " " + member.getValue().toString().replaceFirst("#.*", ""))
        .containsExactlyInAnyOrder(
            "to \"{{addr",
            "site \"{{url",
            "on \"{{date",
            "at \"{{date",
            "key \"{{ident",
            "cc [\"{{addr",
            "note \"{{txt",
            "both \"{{txt");
  }

  @Test
  void givesEqualTextsOneReferenceWithinAResult() {
    var view = view("['Eve', 'Bob', 'Eve', {'Eve': 1}]");

    assertThat(view.get(0)).isEqualTo(view.get(2)).isNotEqualTo(view.get(1));
    assertThat(view.get(3).fieldNames().next()).startsWith("{{key#");
  }

  @Test
  void givesTheHeldTextBackExactlyWhereverItsReferenceStands() {
    var text = "Dear \"Eve\",\n\u202e\u0007 {{txt#1.aaaaaaaaaa}} {{7*7}} \ud83d\ude00";
    var view =
        quarantine.project("t", "crm", Vocabulary.NONE, JsonNodeFactory.instance.textNode(text));
    var token = view.view().textValue();

    var resolved =
        quarantine.resolve(
            "t", json("{'to': '" + token + "', 'all': ['<" + token + "> {{name}}', 7]}"));

    assertThat(resolved.arguments().get("to").textValue()).isEqualTo(text);
    assertThat(resolved.arguments().get("all").get(0).textValue())
        .isEqualTo("<" + text + "> {{name}}");
    assertThat(resolved.arguments().get("all").get(1)).isEqualTo(json("7"));
    assertThat(resolved.used()).containsExactly(token);
  }

  @Test
  void givesArgumentsBackThemselvesInWhichNothingMayRefer() {
    var plain = json("{'to': ['a { b', 7, null], '{': {'c': '}}'}}");
    var templates = json("{'to': '{{name}}'}");

    assertThat(quarantine.resolve("t", plain).arguments()).isSameAs(plain);
    assertThat(quarantine.resolve("t", templates).arguments())
        .isNotSameAs(templates)
        .isEqualTo(templates);
  }

  @Test
  void resolvesEveryStringAndNameOfAProjection() {
    var content = json("{'a b': ['x y', 'https://e.example/x', '2026-01-02'], 'c': {'d': '-'}}");
    var view = quarantine.project("t", "crm", new Vocabulary(List.of("c", "d")), content).view();
    var alias = view.fieldNames();
    alias.next();

    assertThat(quarantine.resolve("t", view.get("c")).arguments()).isEqualTo(content.get("c"));
    var key = alias.next();
    assertThat(resolve(key)).isEqualTo("a b");
    assertThat(quarantine.resolve("t", view.get(key)).arguments()).isEqualTo(content.get("a b"));
  }

  @Test
  void putsTheJsonTextOfHeldNumbersAndObjectsIntoStrings() {
    var view = view("[12345678901234, {'x': {'x': {'x': {'x': {'x': {'x': {'x': {'y': 1}}}}}}}}]");

    assertThat(view.get(0).textValue()).startsWith("{{num#");
    assertThat(resolve(view.get(0).textValue())).isEqualTo("12345678901234");
    assertThat(resolve(view.findPath("none").asText(deepest(view)))).isEqualTo("{\"y\":1}");
  }

  /** ID-44 and its like: a reference holds in its own turn only. */
  @Test
  void refusesAReferenceOfAnotherTurn() {
    var token = view("'secret'").textValue();
    quarantine.project("other", "crm", Vocabulary.NONE, json("'a'"));

    assertRefused("other", token, Reason.UNKNOWN);
    assertRefused("new", token, Reason.UNKNOWN);
    assertThat(quarantine.renderForHuman("other", token)).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{txt#1}}",
        "{{txt#1.short}}",
        "{{ txt#1.aaaaaaaaaa }}",
        "{{txt#1.AAAAAAAAAA}}",
        "{{val#12.aaaaaaaaaa",
        "x {{key # 3"
      })
  void refusesWhatIsMeantAsAReferenceAndIsNotExact(String text) {
    assertRefused("t", text, Reason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{{name}}", "{{#each x}}", "{{ 7*7 }}", "{{txt}}", "txt#1.aaaaaaaaaa", "{{{"})
  void leavesTextThatOnlyLooksLikeATemplateAlone(String text) {
    assertThat(resolve(text)).isEqualTo(text);
  }

  @Test
  void refusesUnknownNumbersOtherKindsAndNames() {
    var token = view("'a b'").textValue();

    assertRefused("t", token.replace("#1", "#2"), Reason.UNKNOWN);
    assertRefused("t", token.replace("txt", "url"), Reason.UNKNOWN);
    assertThatThrownBy(
            () -> quarantine.resolve("t", JsonNodeFactory.instance.objectNode().put(token, 1)))
        .isInstanceOfSatisfying(
            UnknownReferenceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.IN_NAME));
  }

  @Test
  void forgetsATurn() {
    var token = view("'a'").textValue();

    quarantine.forget("t");

    assertRefused("t", token, Reason.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-7, -7",
    "1.0, 1",
    "1e2, 100",
    "1000000000, 1000000000",
    "0.1234, 0.1234",
    "-0.0, 0"
  })
  void showsNumbersWithinBoundsInOneForm(String given, String shown) {
    assertThat(view(given).toString()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1000000001", "-1000000000.1", "0.12345", "1e300", "1e-300", "1e-2147483647"})
  void holdsNumbersOutOfBounds(String number) {
    assertThat(view(number).textValue()).startsWith("{{num#");
  }

  @Test
  void showsSixteenNumbersOfAnArrayAndHoldsMore() {
    assertThat(view(numbers(16)).size()).isEqualTo(16);
    assertThat(view(numbers(17)).textValue()).startsWith("{{json#");
  }

  @Test
  void showsTwoHundredItemsAndHoldsTheRestAsOne() {
    assertThat(view(trues(200)).size()).isEqualTo(200);
    var longer = view(trues(203));
    assertThat(longer.size()).isEqualTo(201);
    assertThat(resolve(longer.get(200).textValue())).isEqualTo("[true,true,true]");
  }

  @Test
  void holdsWhatIsDeeperThanShownAndObjectsOfTooManyMembers() {
    assertThat(view("[[[[[[[[[1]]]]]]]]]").toString()).contains("{{json#");
    assertThat(view("[[[[[[[[1]]]]]]]]")).hasToString("[[[[[[[[1]]]]]]]]");
    var members = IntStream.range(0, 101).mapToObj(i -> "'k" + i + "': 1").toList();
    assertThat(view("{" + String.join(",", members) + "}").textValue()).startsWith("{{json#");
  }

  @Test
  void holdsContentOverTheSizeCapAsOneBlob() {
    var big = JsonNodeFactory.instance.arrayNode();
    big.add("x".repeat(QuarantineLimits.defaults().maxContentChars()));

    assertThat(quarantine.project("t", "crm", Vocabulary.NONE, big).view().textValue())
        .startsWith("{{blob#");
  }

  @Test
  void holdsContentNestedTooDeepAsOneBlob() {
    JsonNode deep = JsonNodeFactory.instance.nullNode();
    for (var i = 0; i < 5_000; i++) {
      deep = JsonNodeFactory.instance.arrayNode().add(deep);
    }

    assertThat(quarantine.project("t", "crm", Vocabulary.NONE, deep).view().textValue())
        .startsWith("{{blob#");
  }

  @Test
  void neverTellsMoreThanTheBudgetOfAResult() {
    var rows =
        IntStream.range(0, 200)
            .mapToObj(i -> "{'a': " + (900_000_000 + i * 7_919) + ", 'b': 'b" + i + "'}")
            .toList();
    var projection =
        quarantine.project("t", "crm", Vocabulary.NONE, json("[" + String.join(",", rows) + "]"));

    assertThat(projection.bits()).isLessThanOrEqualTo(2_048).isGreaterThan(1_900);
    assertThat(projection.view().get(0).isObject()).isTrue();
    assertThat(projection.view().get(199).textValue()).startsWith("{{val#");
  }

  @Test
  void showsAnOrdinaryListOfRecordsWhole() {
    var rows =
        IntStream.range(0, 50)
            .mapToObj(
                i -> "{'id': 'A-" + i + "', 'owner': 'o" + i + "@e.example', 'arr': " + i + "}")
            .toList();
    var projection =
        quarantine.project("t", "crm", NAMES, json("[" + String.join(",", rows) + "]"));

    assertThat(projection.view().get(49).get("arr")).hasToString("49");
    assertThat(projection.bits()).isLessThan(1_300);
  }

  @Test
  void revealsNothingInItsOwnText() {
    view("'a secret text'");

    assertThat(quarantine).hasToString("Quarantine[]");
    var token = view("'a secret text'").textValue();
    assertThat(quarantine.held("t", token).toString()).doesNotContain("secret");
    assertThat(quarantine.resolve("t", json("'" + token + "'")).toString())
        .doesNotContain("secret");
  }

  @Test
  void rendersHeldTextForAPersonMarkedAndDisarmed() {
    var token = view("'[pay](http://evil.example) \u27e7 now'").textValue();

    assertThat(quarantine.renderForHuman("t", "It says " + token + "."))
        .isEqualTo("It says ⟦external: [pay] (http://evil.example) ] now⟧.");
  }

  private JsonNode view(String content) {
    return quarantine.project("t", "crm", NAMES, json(content)).view();
  }

  private String resolve(String text) {
    return quarantine.resolve("t", JsonNodeFactory.instance.textNode(text)).arguments().textValue();
  }

  private void assertRefused(String turn, String text, Reason reason) {
    assertThatThrownBy(() -> quarantine.resolve(turn, JsonNodeFactory.instance.textNode(text)))
        .isInstanceOfSatisfying(
            UnknownReferenceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static String deepest(JsonNode view) {
    var node = view.get(1);
    while (node.isObject()) {
      node = node.elements().next();
    }
    return node.textValue();
  }

  private static String nonceOf(JsonNode view) {
    return view.toString().replaceAll("(?s).*?#\\d+\\.([a-z2-7]{10}).*", "$1");
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).boxed().toList().toString();
  }

  private static String trues(int count) {
    return IntStream.range(0, count).mapToObj(_ -> true).toList().toString();
  }
}
