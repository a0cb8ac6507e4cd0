package dev.sallyport.identity.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  enum Mode {
    @JsonProperty("strict")
    STRICT,
    @JsonProperty("tainted-read")
    TAINTED_READ
  }

  record Limit(String name, int calls) {
    Limit {
      if (calls < 0) {
        throw new IllegalArgumentException("calls must be 0 or more");
      }
    }
  }

  record Hex(int value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Hex of(JsonNode node) {
      if (!node.isTextual()) {
        throw new IllegalArgumentException("must be a text of hexadecimal digits");
      }
      return new Hex(Integer.parseInt(node.textValue(), 16));
    }
  }

  record Needy(@JsonProperty(required = true) String host, int port) {}

  record Copying(List<String> names) {
    Copying {
      names = List.copyOf(names);
    }
  }

  record Form(
      String text,
      int number,
      boolean flag,
      BigDecimal exact,
      List<String> texts,
      Map<String, Limit> limits,
      List<Limit> list,
      Mode mode,
      JsonNode any,
      Hex hex,
      Needy needy,
      Copying copying,
      @JsonProperty("snake_case") String snakeCase) {}

  @Test
  void readsEveryTypeOfField() throws Exception {
    var form =
        read(
            """
            {"text": "a", "number": 1, "flag": true, "exact": 0.1, "texts": ["x"],
             "limits": {"a/b": {"name": "n", "calls": 2}}, "list": [{"name": "m"}],
             "mode": "tainted-read", "any": {"deep": null}, "hex": "ff", "snake_case": "s"}
            """);

    assertThat(form.text()).isEqualTo("a");
    assertThat(form.exact()).isEqualTo("0.1");
    assertThat(form.limits()).containsExactly(Map.entry("a/b", new Limit("n", 2)));
    assertThat(form.list()).containsExactly(new Limit("m", 0));
    assertThat(form.mode()).isEqualTo(Mode.TAINTED_READ);
    assertThat(form.any().toString()).isEqualTo("{\"deep\":null}");
    assertThat(form.hex()).isEqualTo(new Hex(255));
    assertThat(form.snakeCase()).isEqualTo("s");
  }

  @Test
  void takesAFieldThatIsLeftOutForNothing() throws Exception {
    var form = read("{}");

    assertThat(form.number()).isZero();
    assertThat(form.flag()).isFalse();
    assertThat(form.text()).isNull();
    assertThat(form.texts()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'txt': 1}                          | /spec/txt | is not a field here; did you mean text?"
            + " The fields are any, copying, exact,",
        "{'zebra': 1}                        | /spec/zebra | is not a field here. The fields are"
            + " any,",
        "{'limits': {'a/b': {'call': 1}}}    | /spec/limits/a~1b/call | is not a field here; did"
            + " you mean calls? The fields are calls, name",
        "{'list': [{}, {'~x': 1}]}           | /spec/list/1/~0x | is not a field here",
        "{'text': 1}                         | /spec/text | must be a text, not a whole number: put"
            + " it in quotes",
        "{'text': true}                      | /spec/text | must be a text, not true or false: put"
            + " it in quotes",
        "{'text': ['a']}                     | /spec/text | must be a text, not a list",
        "{'text': {}}                        | /spec/text | must be a text, not an object with"
            + " fields",
        "{'texts': ['a', 1]}                 | /spec/texts/1 | must be a text, not a whole number:"
            + " put it in quotes",
        "{'texts': 'a'}                      | /spec/texts | must be a list, not a text",
        "{'texts': {}}                       | /spec/texts | must be a list, not an object with"
            + " fields",
        "{'number': '1'}                     | /spec/number | must be a whole number, not a text",
        "{'number': ''}                      | /spec/number | must be a whole number, not a text",
        "{'number': 1.5}                     | /spec/number | must be a whole number, not a number"
            + " with a fraction",
        "{'number': true}                    | /spec/number | must be a whole number, not true or"
            + " false",
        "{'number': 99999999999}             | /spec/number | is out of range",
        "{'exact': '0.1'}                    | /spec/exact | must be a number, not a text",
        "{'flag': 'yes'}                     | /spec/flag | must be true or false, not a text",
        "{'flag': 1}                         | /spec/flag | must be true or false, not a whole"
            + " number",
        "{'mode': 'loose'}                   | /spec/mode | must be one of strict, tainted-read",
        "{'mode': 'STRICT'}                  | /spec/mode | must be one of strict, tainted-read",
        "{'mode': 1}                         | /spec/mode | must be one of strict, tainted-read",
        "{'limits': []}                      | /spec/limits | must be an object with fields, not a"
            + " list",
        "{'limits': ''}                      | /spec/limits | must be an object with fields, not a"
            + " text",
        "{'list': [5]}                       | /spec/list/0 | must be an object with fields, not a"
            + " whole number",
        "{'list': [{'name':'a','calls':-1}]} | /spec/list/0 | calls must be 0 or more",
        "{'hex': 5}                          | /spec/hex | must be a text of hexadecimal digits",
        "{'needy': {'port': 1}}              | /spec/needy/host | is missing, and must be given",
        "{'copying': {}}                     | /spec/copying | lacks a field that it must have",
        "{'text': null}                      | /spec/text | has no value: give one, or leave the"
            + " field out",
        "{'number': null}                    | /spec/number | has no value",
        "{'texts': null}                     | /spec/texts | has no value",
        "{'texts': ['a', null]}              | /spec/texts/1 | has no value",
        "{'limits': {'a': null}}             | /spec/limits/a | has no value",
        "{'limits': {'a': {'calls': null}}}  | /spec/limits/a/calls | has no value",
        "{'list': [{'name': null}]}          | /spec/list/0/name | has no value",
        "{'snake_case': null}                | /spec/snake_case | has no value"
      })
  void saysWhereAMistakeIsAndHowToMendIt(String spec, String pointer, String problem) {
    assertThatThrownBy(() -> read(spec.replace('\'', '"')))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e -> {
              assertThat(e.mistakes()).hasSize(1);
              assertThat(e.mistakes().getFirst().pointer()).isEqualTo(pointer);
              assertThat(e.mistakes().getFirst().problem()).startsWith(problem);
              assertThat(e.mistakes().getFirst().resource()).hasToString("Sample/one");
            });
  }

  @Test
  void namesEveryFieldWithoutAValueAtOnce() {
    assertThatThrownBy(() -> read("{\"text\": null, \"limits\": {\"a\": null}}"))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e ->
                assertThat(e.mistakes())
                    .extracting(Mistake::pointer)
                    .containsExactly("/spec/text", "/spec/limits/a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'number': 'canary-value'}",
        "{'mode': 'canary-value'}",
        "{'texts': 'canary-value'}",
        "{'flag': 'canary-value'}",
        "{'limits': 'canary-value'}",
        "{'exact': 'canary-value'}"
      })
  void neverRepeatsAValue(String spec) {
    assertThatThrownBy(() -> read(spec.replace('\'', '"')))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageNotContaining("canary");
  }

  private static Form read(String spec) throws InvalidResourcesException {
    try {
      var resource =
          new Resource(
              Resource.API_VERSION, "Sample", "one", Map.of(), (ObjectNode) MAPPER.readTree(spec));
      return SpecReader.read(resource, Form.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
