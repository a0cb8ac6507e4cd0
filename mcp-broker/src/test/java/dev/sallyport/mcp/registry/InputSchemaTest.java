package dev.sallyport.mcp.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.mcp.wire.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputSchemaTest {
  private static final String ACCOUNT =
      "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\",\"minimum\":1},"
          + "\"kind\":{\"enum\":[\"a\",\"b\"]},\"to\":{\"type\":\"object\",\"properties\":"
          + "{\"a/b\":{\"type\":\"string\"}}},\"code\":{\"type\":\"string\",\"pattern\":"
          + "\"^[A-Z]{3}$\"}},\"required\":[\"id\"],\"additionalProperties\":false}";

  /** AZ-05 and AZ-06: numbers, missing, null and extra arguments. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"id":1}                      | fits
          {"id":50.0}                   | fits
          {"id":9223372036854775808}    | fits
          {"id":1e400}                  | /id
          {"id":"50"}                   | /id
          {"id":1.5}                    | /id
          {"id":0}                      | /id
          {"id":-0}                     | /id
          {"id":null}                   | /id
          {}                            | /id
          {"id":1,"more":1}             | /more
          {"id":1,"kind":"c"}           | /kind
          {"id":1,"to":{"a/b":1}}       | /to/a~1b
          {"id":1,"code":"abc"}         | /code
          {"id":1,"code":"ABC"}         | fits
          """)
  void saysWhereArgumentsDoNotFit(String arguments, String where) throws Exception {
    assertThat(misfit(ACCOUNT, arguments))
        .isEqualTo(where.equals("fits") ? Optional.empty() : Optional.of(where));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$ref\":\"http://127.0.0.1:1/schema.json\"}",
        "{\"$ref\":\"file:///etc/passwd\"}",
        "{\"$ref\":\"#/nowhere\"}",
        "{\"properties\":{\"a\":{\"pattern\":\"(\"}}}",
      })
  void takesNoSchemaThatPointsElsewhereOrCannotBeRead(String schema) {
    assertThatThrownBy(() -> InputSchema.compile(Json.parseResult(schema.getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void letsNoPatternTakeLong() throws Exception {
    var schema = "{\"properties\":{\"a\":{\"pattern\":\"^(a+)+$\"}}}";
    var arguments = "{\"a\":\"" + "a".repeat(40) + "!\"}";

    assertThat(misfit(schema, arguments)).isPresent();
  }

  @Test
  void letsNoSchemaGoRoundForEver() throws Exception {
    var schema = "{\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}";

    assertThat(misfit(schema, "{\"a\":1}")).isPresent();
  }

  private static Optional<String> misfit(String schema, String arguments) throws Exception {
    return InputSchema.compile(Json.parseResult(schema.getBytes(UTF_8)))
        .misfit(Json.parseRequest(arguments.getBytes(UTF_8)));
  }
}
