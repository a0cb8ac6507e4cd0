package dev.sallyport.mcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  /** AZ-05: numbers go on as they came. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2.50",
        "50.0",
        "9223372036854775808",
        "-9223372036854775809",
        "0.10",
        "1E+400",
        "1E-400",
        "123456789012345678901234567890.123456789"
      })
  void keepsNumbersAsTheyWereSent(String number) throws Exception {
    var json = "{\"n\":" + number + "}";

    assertThat(new String(Json.bytes(Json.parseRequest(json.getBytes(UTF_8))), UTF_8))
        .isEqualTo(json);
  }

  /** AZ-01: names given twice, and the rest of what is not taken. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "{",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "[{\"a\":null,\"a\":1}]",
        "{\"a\":{},\"b\":1,\"c\":2,\"a\":[]}",
        "{\"a\":1,\"\\u0061\":2}",
        "{} {}",
        "{}x",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{'a':1}",
        "{\"a\":1,}",
        "// comment\n{}",
        "{\"a\":1e1000000000}",
        "{\"a\":1e-1000000000}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\uD83D\":1}",
      })
  void refusesWhatIsNotPlainJson(String json) {
    assertThatThrownBy(() -> Json.parseRequest(json.getBytes(UTF_8)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatThrownBy(() -> Json.parseRequest(new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'}))
        .isInstanceOf(MalformedJsonException.class);
  }

  /** Source: RFC 8259, section 8.1. What takes secrets out of answers reads UTF-8, too. */
  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void refusesOtherEncodingsThanUtf8(String name) {
    var encoding = Charset.forName(name);
    for (var json : List.of("{\"a\":1}", "\ufeff{\"a\":1}", "[\"\u20ac\"]", "\"\u20ac\"", "7")) {
      assertThatThrownBy(() -> Json.parseResult(json.getBytes(encoding)))
          .as(json)
          .isInstanceOf(MalformedJsonException.class);
      assertThatThrownBy(() -> Json.parseRequest(json.getBytes(encoding)))
          .as(json)
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void takesUtf8ThatSaysSo() throws Exception {
    assertThat(Json.parseResult("\ufeff{\"a\":1}".getBytes(UTF_8)).path("a").intValue())
        .isEqualTo(1);
  }

  /** What was cut within a character is no reason to lose the rest. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "{\"a\":\"x\\ud83d\"} {\"a\":\"x\ufffd\"}",
        "[\"\\ude00x\",{\"b\":[\"\\ud83d\\ud83d\\ude00\"]}]"
            + " [\"\ufffdx\",{\"b\":[\"\ufffd\ud83d\ude00\"]}]",
        "\"\\udc00\\ud800\" \"\ufffd\ufffd\""
      },
      quoteCharacter = '`')
  void replacesHalvesOfCharactersInWhatAnUpstreamSent(String json, String whole) throws Exception {
    assertThat(Json.parseResult(json.getBytes(UTF_8)))
        .isEqualTo(Json.parseResult(whole.getBytes(UTF_8)));
  }

  @Test
  void refusesHalvesOfCharactersInNames() {
    assertThatThrownBy(() -> Json.parseResult("{\"\\ud83d\":1}".getBytes(UTF_8)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void takesWholeSurrogatePairs() throws Exception {
    assertThat(Json.parseRequest("\"\\ud83d\\ude00\"".getBytes(UTF_8)).textValue())
        .isEqualTo("\ud83d\ude00");
  }

  @Test
  void takesTheDeepestNestingAndNoDeeper() throws Exception {
    assertThat(Json.parseRequest(nested(Json.MAX_REQUEST_DEPTH))).isNotNull();
    assertThatThrownBy(() -> Json.parseRequest(nested(Json.MAX_REQUEST_DEPTH + 1)))
        .isInstanceOf(MalformedJsonException.class);
    assertThat(Json.parseResult(nested(Json.MAX_RESULT_DEPTH))).isNotNull();
    assertThatThrownBy(() -> Json.parseResult(nested(Json.MAX_RESULT_DEPTH + 1)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesANumberOfAbsurdLength() {
    assertThatThrownBy(() -> Json.parseRequest("1".repeat(1_001).getBytes(UTF_8)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void hasOneCanonicalFormWhateverTheOrderOfNames() throws Exception {
    var one = Json.parseResult("{\"b\":[{\"y\":1,\"x\":2}],\"a\":1.0}".getBytes(UTF_8));
    var other = Json.parseResult("{\"a\":1.0,\"b\":[{\"x\":2,\"y\":1}]}".getBytes(UTF_8));

    assertThat(Json.canonical(one)).isEqualTo(Json.canonical(other));
    assertThat(new String(Json.canonical(one), UTF_8))
        .isEqualTo("{\"a\":1.0,\"b\":[{\"x\":2,\"y\":1}]}");
  }

  private static byte[] nested(int depth) {
    return ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
  }
}
