package dev.sallyport.mcp.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderAnnotationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'type': 'object', 'properties': {'a': {'type': 'string'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'Region'}}}",
        "{'properties': {'a': {'type': 'integer', 'x-mcp-header': '!#$%&*+.^_`|~-09azAZ'}}}",
        "{'properties': {'a': {'type': 'boolean', 'x-mcp-header': 'A'},"
            + " 'b': {'type': 'string', 'x-mcp-header': 'B'}}}",
        "{'properties': {'a': {'type': 'object', 'properties':"
            + " {'b': {'type': 'string', 'x-mcp-header': 'B'}}}}}",
        "{'properties': {'x-mcp-header': {'type': 'string'}}}",
        "{'$defs': {'x-mcp-header': {'type': 'string'}}}",
        "{'properties': {'a': {'type': 'object', 'default': {'x-mcp-header': 'A'}}}}",
        "{'properties': {'a': {'enum': [{'x-mcp-header': 'A'}]}}}",
        "{'properties': {'a': {'const': {'x-mcp-header': 'A'}}}}",
        "{'examples': [{'x-mcp-header': 'A'}]}",
        "{'properties': {'a': true, 'b': false}}",
      })
  void takesAnnotationsThatHeadersCanRepeat(String schema) throws JsonProcessingException {
    assertThat(HeaderAnnotation.areValid(parsed(schema))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'x-mcp-header': 'Region', 'type': 'string'}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': ''}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'My Region'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'Region:'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'Region\\r\\nX: y'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'Region\\n'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'Stra\u00dfe'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 7}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': null}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': ['A']}}}",
        "{'properties': {'a': {'x-mcp-header': 'A'}}}",
        "{'properties': {'a': {'type': 'number', 'x-mcp-header': 'A'}}}",
        "{'properties': {'a': {'type': 'null', 'x-mcp-header': 'A'}}}",
        "{'properties': {'a': {'type': 'array', 'x-mcp-header': 'A'}}}",
        "{'properties': {'a': {'type': 'object', 'x-mcp-header': 'A'}}}",
        "{'properties': {'a': {'type': ['string', 'null'], 'x-mcp-header': 'A'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'Region'},"
            + " 'b': {'type': 'string', 'x-mcp-header': 'REGION'}}}",
        "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}, 'b': {'type': 'object',"
            + " 'properties': {'c': {'type': 'string', 'x-mcp-header': 'a'}}}}}",
        "{'properties': {'a': {'type': 'array', 'items': {'type': 'string', 'x-mcp-header':"
            + " 'A'}}}}",
        "{'properties': {'a': {'prefixItems': [{'type': 'string', 'x-mcp-header': 'A'}]}}}",
        "{'properties': {'a': {'items': {'properties':"
            + " {'b': {'type': 'string', 'x-mcp-header': 'B'}}}}}}",
        "{'anyOf': [{'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}]}",
        "{'allOf': [{'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}]}",
        "{'oneOf': [{'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}]}",
        "{'not': {'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}}",
        "{'if': {'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}}",
        "{'then': {'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}}",
        "{'else': {'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}}",
        "{'$defs': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}",
        "{'definitions': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}",
        "{'patternProperties': {'a': {'type': 'string', 'x-mcp-header': 'A'}}}",
        "{'additionalProperties': {'type': 'string', 'x-mcp-header': 'A'}}",
        "{'dependentSchemas': {'a': {'properties': {'b': {'type': 'string', 'x-mcp-header':"
            + " 'B'}}}}}",
        "{'propertyNames': {'type': 'string', 'x-mcp-header': 'A'}}",
        "{'properties': {'a': {'x-unknown': {'type': 'string', 'x-mcp-header': 'A'}}}}",
      })
  void refusesAnnotationsThatHeadersCannotRepeat(String schema) throws JsonProcessingException {
    assertThat(HeaderAnnotation.areValid(parsed(schema))).isFalse();
  }

  @Test
  void findsWhatIsReachedByPropertiesAlone() throws JsonProcessingException {
    var found =
        HeaderAnnotation.of(
            parsed(
                "{'properties': {'a': {'type': 'string', 'x-mcp-header': 'A'}, 'b': {'properties':"
                    + " {'c': {'type': 'integer', 'x-mcp-header': 'C'}}}, 'd': {'items':"
                    + " {'x-mcp-header': 'D'}}}}"));

    assertThat(found)
        .containsExactly(
            new HeaderAnnotation("A", List.of("a")), new HeaderAnnotation("C", List.of("b", "c")));
    assertThat(found.getLast().in(parsed("{'b': {'c': 7}}")).asInt()).isEqualTo(7);
    assertThat(found.getLast().in(parsed("{'b': 7}")).isMissingNode()).isTrue();
  }

  private static JsonNode parsed(String json) throws JsonProcessingException {
    return JSON.readTree(json.replace('\'', '"'));
  }
}
