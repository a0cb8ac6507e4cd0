package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.HeldOperations.Operation;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HeldOperationsTest extends QuarantineToolsScene {
  private static final String ORDERS =
      """
      {'orders': [
        {'id': 'B-7', 'total': 12.5, 'paid': false, 'on': '2031-02-03', 'by': 'ann@shop.example'},
        {'id': 'A-9', 'total': 40, 'paid': true, 'on': '2031-01-09T10:00:00+02:00', 'by': 'bo@x.example'},
        {'id': 'C-1', 'total': 7, 'paid': true, 'on': '2031-01-09 09:00:00', 'by': 'ann@shop.example'},
        {'id': 'D-2', 'paid': true, 'on': '2030-12-31', 'by': 'Ann'}]}
      """;

  private final String orders = holdJson(ORDERS.replace('\n', ' '));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "q_count | 'path': '/orders' | {'count': 4}",
        "q_count | 'path': 'orders[0]' | {'count': 5}",
        "q_sum | 'path': 'orders', 'of': 'total' | {'value': 59.5}",
        "q_min | 'path': 'orders', 'of': 'total' | {'value': 7}",
        "q_max | 'path': 'orders', 'of': '/total' | {'value': 40}",
        "q_compare | 'path': 'orders[0].total', 'is': 'greater', 'value': 12.4 | {'value': true}",
        "q_compare | 'path': 'orders[0].total', 'is': 'greater', 'value': 12.5 | {'value': false}",
        "q_compare | 'path': 'orders[0].total', 'is': 'less', 'value': 12.5 | {'value': false}",
        "q_compare | 'path': 'orders[0].total', 'is': 'less', 'value': 'many' | {'value': false}",
        "q_compare | 'path': 'orders[0].paid', 'is': 'equals', 'value': false | {'value': true}",
        "q_compare | 'path': 'orders[1].on', 'is': 'less', 'value': '2031-01-09T08:30:00Z'"
            + " | {'value': true}",
        "q_compare | 'path': 'orders[3].total', 'is': 'exists' | {'value': false}",
        "q_compare | 'path': 'orders[0].by', 'is': 'ends_with', 'value': '@shop.example'"
            + " | {'value': true}",
        "q_compare | 'path': 'orders[3].by', 'is': 'starts_with', 'value': 'ann' | {'value':"
            + " false}",
        "q_compare | 'path': 'orders[1].by', 'is': 'contains', 'value': '@x' | {'value': true}",
        "q_compare | 'path': 'orders[1].by', 'is': 'not_equals', 'value': 'Bo' | {'value': true}",
      })
  void tellsNumbersAndTruthsOnly(String tool, String arguments, String told) {
    assertThat(told(tool, arguments)).hasToString(json(told).toString());
  }

  @Test
  void filtersAListAndGivesAReferenceToWhatIsLeft() {
    var kept = told("q_filter", "'path': 'orders', 'where': 'paid', 'is': 'equals', 'value': true");

    assertThat(kept.path("count").intValue()).isEqualTo(3);
    assertThat(text(kept, "/0/id")).isEqualTo("A-9");
    assertThat(text(kept, "/2/id")).isEqualTo("D-2");
  }

  @Test
  void comparesWithWhatAReferenceHoldsToo() {
    var who = hold("'ann@shop.example'");
    var kept =
        told("q_filter", "'path': 'orders', 'where': 'by', 'is': 'equals', 'value': '" + who + "'");

    assertThat(kept.path("count").intValue()).isEqualTo(2);
  }

  @Test
  void sortsByNumbersTimesAndTexts() {
    assertThat(text(told("q_sort", "'path': 'orders', 'by': 'on'"), "/0/id")).isEqualTo("D-2");
    assertThat(text(told("q_sort", "'path': 'orders', 'by': 'on'"), "/1/id")).isEqualTo("A-9");
    assertThat(text(told("q_sort", "'path': 'orders', 'by': 'id', 'order': 'descending'"), "/0/id"))
        .isEqualTo("D-2");
    assertThat(text(told("q_sort", "'path': 'orders', 'by': 'total'"), "/0/id")).isEqualTo("D-2");
    assertThat(text(told("q_sort", "'path': 'orders', 'by': 'total'"), "/1/id")).isEqualTo("C-1");
  }

  @Test
  void keepsTheFirstOfEqualItems() {
    var kept = told("q_dedupe", "'path': 'orders', 'by': 'by'");

    assertThat(kept.path("count").intValue()).isEqualTo(3);
    assertThat(text(kept, "/0/id")).isEqualTo("B-7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "email | 0 | 2 | addr | ann@shop.example",
        "email | 1 | 2 | addr | bo@x.example",
        "url | 0 | 1 | url | https://x.example/a?b=1",
        "iban | 0 | 1 | ident | GB33BUKB20201555555555",
        "uuid | 0 | 1 | ident | 123e4567-e89b-12d3-a456-426614174000",
        "date | 0 | 1 | date | 2031-02-03",
        "number | 0 | 1 | num | 12.50",
        "version | 0 | 1 | ident | v1.2.3",
        "code | 0 | 1 | ident | ORD-7781",
        "site | 0 | 1 | url | www.x.example/a",
        "time | 1 | 2 | date | 18:30",
        "phone | 0 | 1 | ident | +1 202-555-0163",
        "money | 1 | 2 | num | 1,250.00 EUR",
        "name | 1 | 2 | txt | Dalton Street 12",
        "quoted | 0 | 2 | txt | spare valves",
        "quoted | 1 | 2 | txt | in May",
        "value | 1 | 2 | txt | it is Ann: here",
        "item | 1 | 2 | txt | two, too",
        "part | 2 | 3 | txt | North",
        "term | 2 | 3 | txt | a-1.b",
        "line | 1 | 2 | txt | second"
      })
  void picksThingsOutOfATextUnread(String what, int index, int count, String kind, String text) {
    var content =
        switch (what) {
          case "email" -> "Ask ann@shop.example or bo@x.example.";
          case "url" -> "See (https://x.example/a?b=1) now";
          case "number" -> "It is 12.50, not x9.";
          case "date" -> "On 2031-02-03, at noon";
          case "code" -> "Your order ORD-7781 left";
          case "site" -> "See www.x.example/a. Not ann@x.example!";
          case "time" -> "From 9:05 to 18:30, not 1:2:3:4";
          case "phone" -> "Call +1 202-555-0163 on 2031-02-03";
          case "money" -> "From $5 to 1,250.00 EUR, or 7";
          case "name" -> "We moved to Dalton Street 12 today";
          case "quoted" -> "Say \\\"spare valves\\\" or “in May”";
          case "value" -> "id: 7\\n- name: \\\"it is Ann: here\\\"\\nnothing";
          case "item" -> "List:\\n- one\\n 2) two, too\\nend";
          case "part" -> "12 Weir Lane, Ottersby (North)";
          case "term" -> "(x) \\\"y\\\" a-1.b!";
          case "line" -> "first\\nsecond";
          default -> "Use " + text + " there";
        };
    var ref = hold("'" + content + "'");

    var picked =
        answer("q_match", "{'ref': '%s', 'what': '%s', 'index': %d}".formatted(ref, what, index));

    assertThat(picked.path("count").intValue()).isEqualTo(count);
    assertThat(picked.path("value").asText()).startsWith("{{" + kind + "#");
    assertThat(held(picked.path("value").asText())).isEqualTo(text);
  }

  @Test
  void putsTextsTogether() {
    var one = told("q_get", "'path': 'orders[0].id'").path("value").asText();
    var made = answer("q_compose", "{'template': 'Order %s, from %s'}".formatted(one, letter));

    assertThat(held(made.path("value").asText()))
        .isEqualTo("Order B-7, from Please send me my money back.");
  }

  @Test
  void whatIsPutTogetherTellsNoMoreThanItsParts() {
    var digits = hold("'" + "1234567 ".repeat(200) + "'");
    var composed =
        answer("q_compose", "{'template': '%s'}".formatted(digits)).path("value").asText();
    int before = looksUntilRefused(composed);

    assertThat(before).isPositive();
    assertThat(looksUntilRefused(digits)).isZero();
    assertThat(looksUntilRefused(composed)).isZero();
    assertThat(looksUntilRefused(letter)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void refusesOtherArgumentsAndSaysWhichThereAre(Operation operation) {
    var refused = refused(operation.tool(), "{'ref': '" + orders + "', 'evil': 1}");

    assertThat(refused).startsWith("the arguments are: ").doesNotContain("evil");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "q_count | 'path': 'orders[0].id' | there is no list and no object at that path to count",
        "q_filter | 'path': 'orders' | is: must be one of equals, not_equals, contains,"
            + " starts_with, ends_with, less, greater, exists",
        "q_filter | 'path': 'orders', 'is': 'equals' | value: say what to compare with, or the"
            + " reference of it",
        "q_filter | 'path': 'orders', 'is': 'equals', 'value': {} | value: must be a string, a"
            + " number or a boolean",
        "q_filter | 'is': 'exists' | there is no list at that path",
        "q_sort | 'path': 'orders', 'order': 'up' | order: must be one of ascending, descending",
        "q_sum | 'path': 'orders', 'of': 'id' | not everything there is a number",
        "q_min | 'path': 'orders', 'of': 'none' | there is nothing at that path",
        "q_match | 'what': 'secret' | what: must be one of email, url, iban, uuid, date, number,"
            + " code, version, site, time, phone, money, name, quoted, value, item, part, term,"
            + " word, line",
        "q_match | 'what': 'url', 'path': 'orders' | there is no text at that path",
        "q_match | 'what': 'url', 'index': -1 | index: must be a whole number from 0 on",
        "q_count | 'path': 7 | path: must be a string"
      })
  void saysWhatIsWrongInWordsOfItsOwn(String tool, String arguments, String why) {
    assertThat(refused(tool, "{'ref': '" + orders + "', " + arguments + "}")).isEqualTo(why);
  }

  /** Whether something is there is told as often as the budget allows, not for nothing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "q_min | 'path': 'orders', 'of': 'none'",
        "q_sum | 'path': 'orders', 'of': 'id'",
        "q_count | 'path': 'orders[0].id'",
        "q_sort | 'path': 'none'",
        "q_match | 'path': 'orders', 'what': 'url'"
      })
  void chargesForRefusalsThatDependOnWhatIsHeld(String tool, String arguments) {
    var call = json("{'ref': '" + orders + "', " + arguments + "}");
    var tools = tools(new ScriptedQuarantineModel());
    int told = 0;
    for (int bits = tools.call("t", tool, call).bits(); bits > 0; ) {
      told += bits;
      bits = tools.call("t", tool, call).bits();
    }

    assertThat(told).isBetween(1, quarantine.limits().lookBits());
    assertThat(call("q_count", json("{'ref': '" + orders + "'}")).path("isError").asBoolean())
        .isTrue();
  }

  @Test
  void refusesReferencesOfOthers() {
    var strange = orders.replaceAll("\\.[a-z2-7]{10}", ".aaaaaaaaaa");

    assertThat(refused("q_count", "{'ref': '" + strange + "'}")).isNotEmpty();
    assertThat(code("q_count", "{'ref': '" + strange + "'}")).isEqualTo("unknown_reference");
    assertThat(code("q_get", "{'ref': '" + strange + "'}")).isEqualTo("unknown_reference");
    assertThat(code("q_get", "{'ref': 7}")).isEqualTo("invalid_arguments");
    assertThat(refused("q_compose", "{'template': 'no reference'}")).startsWith("template: ");
  }

  @Test
  void answersTheSameWhateverTheTextsAre() {
    Set<String> seen = new HashSet<>();
    for (var text : new String[] {"send all", "a@b.example", "2031-01-01", "x", "send_all_money"}) {
      var ref = holdJson("[{'note': '%s', 'n': 1}, {'note': '%s', 'n': 2}]".formatted(text, text));
      var sorted = answer("q_sort", "{'ref': '" + ref + "', 'by': 'n'}");
      var unique = answer("q_dedupe", "{'ref': '" + ref + "', 'by': 'note'}");
      seen.add((sorted + " " + unique).replaceAll("#[0-9]+\\.[a-z2-7]+", ""));
    }

    assertThat(seen).hasSize(1);
  }

  private String holdJson(String text) {
    return hold("'" + text.replace("'", "\\\"") + "'");
  }

  private int looksUntilRefused(String ref) {
    var arguments = json("{'ref': '" + ref + "', 'what': 'word'}");
    int looks = 0;
    while (!call("q_match", arguments).path("isError").asBoolean()) {
      assertThat(looks++).isLessThan(10_000);
    }
    return looks;
  }

  private JsonNode told(String tool, String arguments) {
    return answer(tool, "{'ref': '" + orders + "', " + arguments + "}");
  }

  private JsonNode answer(String tool, String arguments) {
    var result = call(tool, json(arguments));
    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
    return result.path("structuredContent");
  }

  private String code(String tool, String arguments) {
    return call(tool, json(arguments)).at("/structuredContent/code").asText();
  }

  private String refused(String tool, String arguments) {
    var result = call(tool, json(arguments));
    assertThat(result.path("isError").asBoolean()).isTrue();
    return result.at("/structuredContent/message").asText();
  }

  /** The text at a path in what was answered. */
  private String text(JsonNode answered, String path) {
    var ref = answered.path("value").asText();
    var got = answer("q_get", "{'ref': '" + ref + "', 'path': '" + path + "'}");
    return held(got.path("value").asText());
  }

  private String held(String ref) {
    return quarantine.held("t", ref).text();
  }
}
