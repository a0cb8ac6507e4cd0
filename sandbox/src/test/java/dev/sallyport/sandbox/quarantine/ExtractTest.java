package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code q_extract}: containment 3.4, 3.5. */
class ExtractTest extends QuarantineToolsScene {
  private static final String BILL =
      "Invoice 2026-117 of\\n  Ann Example <ann@shop.example>, pay 1,200.50 EUR to"
          + " DE89 3704 0044 0532 0130 00 until 3 March 2027.";
  private static final String IBAN = "{'type': 'string', 'format': 'iban'}";

  private final String bill = hold("'" + BILL + "'");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "email | ann@shop.example | addr | ann@shop.example",
        "iban | DE89 3704 0044 0532 0130 00 | ident | DE89 3704 0044 0532 0130 00",
        "money | 1,200.50 EUR | num | 1,200.50 EUR",
        "identifier | 2026-117 | ident | 2026-117",
        "date | 3 March 2027 | date | 3 March 2027",
      })
  void givesReferencesToPassagesOfAForm(String format, String said, String kind, String held) {
    var value =
        field("{'type': 'string', 'format': '" + format + "'}", JSON.textNode(said).toString());

    assertThat(value.textValue()).startsWith("{{" + kind + "#");
    assertThat(text(value)).isEqualTo(held);
  }

  @Test
  void hasTheLabelOfItsSourceAndCountsWhatWasTold() {
    var schema =
        "{'type': 'object', 'properties': {'f': {'type': 'string', 'format': 'email'},"
            + " 'state': {'enum': ['paid', 'due']}}}";
    var reply =
        "{\"abstain\": false, \"answer\": {\"f\": \"ann@shop.example\", \"state\": \"due\"}}";
    var before = quarantine.label("t").influence();

    var told = extract(new ScriptedQuarantineModel(reply), bill, schema);

    var value = told.view().at("/structuredContent/value/f");
    assertThat(quarantine.held("t", value.textValue()).label())
        .isEqualTo(quarantine.held("t", bill).label());
    assertThat(quarantine.label("t").influence() - before).isEqualTo(told.bits());
    var leaf = quarantine.provenance("t", JSON.objectNode().put("state", "due")).leaves();
    assertThat(leaf.getFirst().label().authority()).isEqualTo(Authority.PUBLIC);
  }

  @Test
  void holdsThePassageAsItStandsInTheText() {
    var value = field("{'type': 'string', 'maxLength': 40}", "\"2026-117 of Ann\\tExample\"");

    assertThat(value.textValue()).startsWith("{{txt#");
    assertThat(text(value)).isEqualTo("2026-117 of\n  Ann Example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'enum': ['paid', 'due']} | 'due'",
        "{'type': 'boolean'} | true",
        "{'type': 'integer', 'minimum': 0, 'maximum': 31} | 31",
        "{'type': 'string', 'format': 'date', 'formatMinimum': '2027-01-01',"
            + " 'formatMaximum': '2027-12-31'} | '2027-03-03'",
        "{'type': 'array', 'maxItems': 2, 'items': {'type': 'boolean'}} | [true,null]",
        "{'type': 'object', 'properties': {'a': {'type': 'boolean'}}} | {'a':false}",
      })
  void tellsWhatIsOfAClosedType(String schema, String said) {
    assertThat(field(schema, said.replace('\'', '"'))).isEqualTo(json(said));
  }

  /** The model cannot make anything up: what does not stand in the text is null. */
  @ParameterizedTest
  @CsvSource({"eve@evil.example, email", "DE00 0000 0000 0000 0000 00, iban", "99.99 USD, money"})
  void givesNothingThatDoesNotStandInTheText(String said, String format) {
    var value =
        field("{'type': 'string', 'format': '" + format + "'}", JSON.textNode(said).toString());

    assertThat(value.isNull()).isTrue();
  }

  @Test
  void findsPassagesWithinTheTextsOfHeldJson() {
    var ref =
        quarantine
            .project(
                "t", "crm", Vocabulary.NONE, JSON.textNode("{\"a\": \"say \\\"hi\\\"\\nnow\"}"))
            .view()
            .textValue();
    var reply = "{\"abstain\": false, \"answer\": {\"f\": \"\\\"hi\\\" now\"}}";

    var value = extract(ref, "{'type': 'string', 'maxLength': 40}", reply).path("value").path("f");

    assertThat(text(value)).isEqualTo("\"hi\"\nnow");
  }

  static Stream<String> invalidAnswers() {
    return Stream.of(
        "{}",
        "[]",
        "\"text\"",
        "{\"f\": 7}",
        "{\"f\": \"\"}",
        "{\"f\": \"ann@shop.example, or not\"}",
        "{\"f\": [\"ann@shop.example\"]}",
        "{\"f\": {\"f\": \"ann@shop.example\"}}",
        "{\"f\": \"ann@shop.example\", \"g\": true}",
        "{\"g\": \"ann@shop.example\"}");
  }

  @ParameterizedTest
  @MethodSource("invalidAnswers")
  void abstainsAfterTwoAnswersThatDoNotFit(String answer) {
    var reply = "{\"abstain\": false, \"answer\": " + answer + "}";
    var model = new ScriptedQuarantineModel(reply, reply, reply);

    var told = extract(model, bill, schema("{'type': 'string', 'format': 'email'}")).view();

    assertThat(told.get("structuredContent"))
        .isEqualTo(json("{'value': null, 'abstain': true, 'reason': 'invalid_answer'}"));
    assertThat(model.contents()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("brokenModels")
  void abstainsWithAReasonWhereTheModelFails(QuarantineModel model, String reason) {
    var tools = new QuarantineTools(quarantine, model, timeLeft(reason));

    var told = tools.call("t", "q_extract", arguments(bill, schema(IBAN))).view();

    assertThat(told.at("/structuredContent/reason").textValue()).isEqualTo(reason);
    assertThat(told.toString()).doesNotContain("evil");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type': 'string'} | maxLength of 1 to 2000",
        "{'type': 'string', 'maxLength': 2001} | maxLength of 1 to 2000",
        "{'type': 'string', 'format': 'iban', 'maxLength': 43} | maxLength of 1 to 2000",
        "{'type': 'string', 'maxLength': 0} | maxLength of 1 to 2000",
        "{'type': 'string', 'format': 'regex'} | format is email",
        "{'type': 'string', 'pattern': '.*', 'maxLength': 9} | here only",
        "{'type': 'number'} | only enum, boolean, integer",
        "{'type': 'integer'} | minimum and a maximum",
        "{'type': 'array', 'items': {'type': 'boolean'}} | maxItems of 1 to 16",
        "{'type': 'array', 'maxItems': 17, 'items': {'type': 'boolean'}} | maxItems of 1 to 16",
        "{'type': 'array', 'maxItems': 16} | only enum, boolean, integer",
        "{'type': 'object', 'properties': {}} | 1 to 16 properties",
        "{'type': 'object', 'properties': {'a': {'type': 'object', 'properties': {'b': {'type':"
            + " 'object', 'properties': {'c': {'type': 'boolean'}}}}}}} | at most 3 levels",
      })
  void refusesSchemasThatAreNotClosedAndReadsNothing(String field, String reason) {
    var model = new ScriptedQuarantineModel("{}");

    var told = extract(model, bill, schema(field)).view();

    assertThat(told.get("isError").booleanValue()).isTrue();
    assertThat(told.at("/structuredContent/message").textValue()).contains(reason);
    assertThat(model.contents()).isEmpty();
  }

  @Test
  void chargesByTheSchemaOnceAndAnswersTheSameFromMemoryAfterThat() {
    var model = new ScriptedQuarantineModel(reply("\"ann@shop.example\""));
    var arguments = arguments(bill, schema("{'type': 'string', 'format': 'email'}"));
    var tools = tools(model);

    var first = tools.call("t", "q_extract", arguments);
    var second = tools.call("t", "q_extract", arguments);

    assertThat(first.bits()).isEqualTo(3);
    assertThat(second.bits()).isZero();
    assertThat(second.view()).isEqualTo(first.view());
    assertThat(model.contents()).hasSize(1);
  }

  @Test
  void asksAnotherModelAnew() {
    var arguments = arguments(bill, schema("{'type': 'boolean'}"));

    for (var name : new String[] {"one", "other"}) {
      var model = new NamedModel(name, reply("true"));
      assertThat(tools(model).call("t", "q_extract", arguments).bits()).isPositive();
    }
  }

  @Test
  void refusesWhatWouldTellMoreThanIsLeft() {
    var list = "{'type': 'array', 'maxItems': 16, 'items': %s}";
    var told =
        extract(
            new ScriptedQuarantineModel(),
            bill,
            schema(list.formatted("{'type': 'integer', 'minimum': 0, 'maximum': 100}")));

    assertThat(told.view().toString()).contains("more than its budget allows");
    assertThat(extract(new ScriptedQuarantineModel(), bill, schema(list.formatted(IBAN))).bits())
        .isEqualTo(21);
  }

  @Test
  void asksAgainWhereAReferenceInTheAnswerIsNotHeldAnyMore() {
    var small = new Quarantine(small(), new SeededRandom(1), () -> now);
    var ref = small.project("t", "crm", Vocabulary.NONE, json("'see a@b.example'")).view();
    var reply = reply("\"a@b.example\"");
    var model = new ScriptedQuarantineModel(reply, reply);
    var tools = new QuarantineTools(small, model, Duration.ofSeconds(10));
    var arguments = arguments(ref.textValue(), schema("{'type': 'string', 'format': 'email'}"));
    var first = tools.call("t", "q_extract", arguments).view();
    small.project("t", "crm", Vocabulary.NONE, json("['x', 'y']"));
    var again =
        arguments(
            small
                .project("t", "crm", Vocabulary.NONE, json("'see a@b.example'"))
                .view()
                .textValue(),
            schema("{'type': 'string', 'format': 'email'}"));

    var second = tools.call("t", "q_extract", again).view();

    assertThat(second.at("/structuredContent/value/f"))
        .isNotEqualTo(first.at("/structuredContent/value/f"));
    assertThat(model.contents()).hasSize(2);
  }

  private static QuarantineLimits small() {
    var all = QuarantineLimits.defaults();
    return new QuarantineLimits(
        all.resultBits(),
        all.lookBits(),
        all.askBits(),
        all.askRefill(),
        all.largestInteger(),
        all.maxDecimals(),
        all.maxItems(),
        all.maxNumbers(),
        all.maxDepth(),
        all.maxMembers(),
        all.maxContentChars(),
        2,
        all.maxTurnChars(),
        all.maxHeldChars(),
        all.maxShown(),
        all.maxShownChars());
  }

  private JsonNode field(String schema, String answer) {
    return extract(bill, schema, reply(answer)).path("value").path("f");
  }

  private JsonNode extract(String ref, String field, String reply) {
    return extract(new ScriptedQuarantineModel(reply), ref, schema(field))
        .view()
        .get("structuredContent");
  }

  private Projection extract(QuarantineModel model, String ref, String schema) {
    return tools(model).call("t", "q_extract", arguments(ref, schema));
  }

  private static String reply(String answer) {
    return "{\"abstain\": false, \"answer\": {\"f\": " + answer + "}}";
  }

  private static String schema(String field) {
    return "{'type': 'object', 'properties': {'f': " + field + "}}";
  }

  private static JsonNode arguments(String ref, String schema) {
    return JSON.objectNode().put("ref", ref).set("schema", json(schema));
  }

  private String text(JsonNode reference) {
    return quarantine.resolve("t", reference).arguments().textValue();
  }

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A model of another name, which always says the same. */
  private record NamedModel(String name, String reply) implements QuarantineModel {
    @Override
    public String ask(String turn, String content, String question, JsonNode schema) {
      return reply;
    }
  }
}
