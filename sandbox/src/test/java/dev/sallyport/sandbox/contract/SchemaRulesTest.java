package dev.sallyport.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.sandbox.contract.FieldForm.Decimal;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Readers;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRulesTest {
  private static final Period FROM = Period.ofYears(-10);
  private static final Period TO = Period.ofYears(1);

  static Stream<Arguments> closed() {
    return Stream.of(
        Arguments.of("{'enum': ['open', 'shut']}", new OneOf(List.of("open", "shut"))),
        Arguments.of("{'enum': ['open', null]}", new OneOf(List.of("open"))),
        Arguments.of("{'const': 'v1'}", new OneOf(List.of("v1"))),
        Arguments.of("{'type': 'boolean'}", new Flag()),
        Arguments.of("{'type': ['boolean', 'null']}", new Flag()),
        Arguments.of("{'anyOf': [{'type': 'boolean'}, {'type': 'null'}]}", new Flag()),
        Arguments.of("{'type': 'integer', 'minimum': 0, 'maximum': 9}", new Whole(0, 9)),
        Arguments.of(
            "{'type': 'number', 'minimum': -1, 'maximum': 1.5}",
            new Decimal(new BigDecimal(-1), new BigDecimal("1.5"), 4)),
        Arguments.of(
            "{'type': 'number', 'minimum': 0, 'maximum': 1, 'multipleOf': 0.01}",
            new Decimal(BigDecimal.ZERO, BigDecimal.ONE, 2)),
        Arguments.of(
            "{'type': 'string', 'format': 'date'}", new Moment(FROM, TO, Duration.ofDays(1))),
        Arguments.of(
            "{'type': 'string', 'format': 'date-time'}",
            new Moment(FROM, TO, Duration.ofMinutes(1))),
        Arguments.of("{'type': 'string', 'format': 'email'}", new Open(FieldKind.ADDR)),
        Arguments.of("{'type': 'string', 'format': 'uri'}", new Open(FieldKind.URL)),
        Arguments.of("{'type': 'string', 'format': 'uuid'}", new Open(FieldKind.IDENT)),
        Arguments.of("{'type': 'array', 'maxItems': 3}", new Items(3)));
  }

  @ParameterizedTest
  @MethodSource("closed")
  void readsWhatASchemaBounds(String schema, FieldForm form) {
    assertThat(forms("{'properties': {'x': " + schema + "}}")).isEqualTo(Map.of("$.x", form));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'string'}",
        "{'type': 'string', 'format': 'ours'}",
        "{'type': 'string', 'maxLength': 3}",
        "{'type': 'integer', 'minimum': 0}",
        "{'type': 'integer', 'minimum': 0, 'maximum': 1e300}",
        "{'type': 'integer', 'minimum': 9, 'maximum': 0}",
        "{'type': 'number', 'minimum': 0, 'maximum': '9'}",
        "{'type': ['string', 'integer'], 'minimum': 0, 'maximum': 9}",
        "{'enum': [1, 2]}",
        "{'enum': []}",
        "{'const': 7}",
        "{'type': 'array', 'maxItems': 100000}",
        "{'anyOf': [{'type': 'boolean'}, {'type': 'string'}]}",
        "{'$ref': 'https://example.org/x'}",
        "{'$ref': '#/$defs/none'}",
        "true",
        "7",
      })
  void hasNoRuleForWhatItDoesNot(String schema) {
    assertThat(forms("{'properties': {'x': " + schema + "}}")).isEmpty();
  }

  @Test
  void leavesOutWhatASchemaSaysOfTooManyWords() {
    var words =
        IntStream.range(0, 65).mapToObj(i -> "'w" + i + "'").collect(Collectors.joining(","));

    assertThat(forms("{'properties': {'x': {'enum': [" + words + "]}}}")).isEmpty();
    assertThat(forms("{'properties': {'x': {'enum': ['" + "y".repeat(65) + "']}}}")).isEmpty();
  }

  @Test
  void goesThroughListsAndObjectsAndReferencesWithinTheDocument() {
    var forms =
        forms(
            "{'type': 'array', 'maxItems': 50, 'items': {'$ref': '#/$defs/mail'}, '$defs':"
                + " {'mail': {'type': 'object', 'properties': {'from': {'format': 'email', 'type':"
                + " 'string'}, 'flags': {'additionalProperties': {'type': 'boolean'}}}}}}");

    assertThat(forms)
        .isEqualTo(
            Map.of(
                "$", new Items(50),
                "$[*].from", new Open(FieldKind.ADDR),
                "$[*].flags.*", new Flag()));
  }

  @Test
  void readsTheNumbersOfAListOnlyIfTheListIsBounded() {
    var items = "'items': {'type': 'integer', 'minimum': 0, 'maximum': 9}";

    assertThat(forms("{'type': 'array', " + items + "}")).isEmpty();
    assertThat(forms("{'type': 'array', 'maxItems': 2, " + items + "}"))
        .isEqualTo(Map.of("$", new Items(2), "$[*]", new Whole(0, 9)));
  }

  @Test
  void endsWhereASchemaGoesRoundInCircles() {
    var circle = "{'properties': {'a': {'$ref': '#'}, 'b': {'$ref': '#/properties/b'}}}";
    var deep =
        "{'$defs': {'n': {'properties': {'l': {'$ref': '#/$defs/n'}, 'r': {'$ref': '#/$defs/n'},"
            + " 'ok': {'type': 'boolean'}}}}, '$ref': '#/$defs/n'}";

    assertThat(forms(circle)).isEmpty();
    assertThat(forms(deep)).hasSize(255);
  }

  @Test
  void agreesOnNothingElse() {
    var rules = ResultRules.ofSchema(json("{'type': 'object'}"));

    assertThat(rules.authority()).isEqualTo(Authority.PUBLIC);
    assertThat(rules.readers()).isEqualTo(Readers.EVERYONE);
    assertThat(rules.fields()).isEmpty();
  }

  private static Map<String, FieldForm> forms(String schema) {
    return ResultRules.ofSchema(json(schema)).fields().entrySet().stream()
        .collect(Collectors.toMap(e -> e.getKey().toString(), e -> e.getValue().form()));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
