package dev.sallyport.llm.joined;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;
import dev.sallyport.llm.testing.Wire;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * R11: arguments of calls stay JSON, wherever a secret in them is cut and however it is escaped.
 */
final class JoinedArgumentsTest {
  private static final String SECRET = "/\"s\\k-Live0123456789xyz";
  private static final Automaton AUTOMATON = Automaton.of("Bearer " + SECRET);
  private static final Automaton DIGITS = Automaton.of("Bearer 00e9beef-Live-0123");
  private static final String MARK = "[REDACTED:key]";

  static Stream<String> escaped() {
    var json = TextNode.valueOf(SECRET).toString();
    var plain = json.substring(1, json.length() - 1);
    return Stream.of(
        plain,
        plain.replace("/", "\\/"),
        SECRET.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining()));
  }

  @ParameterizedTest
  @MethodSource("escaped")
  void staysJsonWhereverASecretIsCut(String escaped) throws Exception {
    var arguments = "{\"a\":\"ab" + escaped + "\",\"b\":1}";
    for (int first = 0; first <= arguments.length(); first++) {
      for (int second = first; second <= arguments.length(); second++) {
        var said = passed(AUTOMATON, false, arguments, first, second);
        var as = "%d, %d: %s".formatted(first, second, said);
        assertThat(Wire.object(said).path("b").asInt()).as(as).isEqualTo(1);
        assertThat(Wire.object(said).path("a").asText())
            .as(as)
            .startsWith("ab")
            .endsWith(MARK)
            .doesNotContain("Live");
      }
    }
  }

  /** What is settled after some events without knowing may begin or end anywhere. */
  @ParameterizedTest
  @MethodSource("escaped")
  void staysJsonWhereSomethingElseIsSaidForLong(String escaped) throws Exception {
    var arguments = "{\"a\":\"ab" + escaped + "\",\"b\":1}";
    for (int cut = 0; cut <= arguments.length(); cut++) {
      var said = passed(AUTOMATON, true, arguments, cut, arguments.length());
      assertThat(Wire.object(said).path("b").asInt()).as("%d: %s", cut, said).isEqualTo(1);
      assertThat(Wire.object(said).path("a").asText()).startsWith("ab").doesNotContain("Live");
    }
  }

  @Test
  void leavesABackslashStandingOfWhatItTakesOutWithoutKnowing() throws Exception {
    var arguments = "{\"a\":\"/\\\"s\\\\k-L\\\"b\",\"b\":1}";
    for (int cut = 0; cut <= arguments.length(); cut++) {
      var said = passed(AUTOMATON, true, arguments, cut, arguments.length());
      assertThat(Wire.object(said).path("b").asInt()).as("%d: %s", cut, said).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u", "\\u0", "\\u00", "\\u00e", "\\\\\\u0", "\\\\u0"})
  void staysJsonWhereAnEscapeGoesOnInTheSecret(String before) throws Exception {
    var arguments = "{\"a\":\"ab" + before + "00e9beef-Live-0123\",\"b\":1}";
    for (int first = 0; first <= arguments.length(); first++) {
      for (int second = first; second <= arguments.length(); second++) {
        for (boolean slowly : new boolean[] {true, false}) {
          var said = passed(DIGITS, slowly, arguments, first, second);
          var as = "%d, %d, %s: %s".formatted(first, second, slowly, said);
          assertThat(Wire.object(said).path("b").asInt()).as(as).isEqualTo(1);
          assertThat(said).as(as).startsWith("{\"a\":\"ab").doesNotContain("00e9beef-Live-0123");
        }
      }
    }
  }

  /**
   * Says arguments in three events, and puts together what passes.
   *
   * @param slowly whether so much else is said in between that they are not waited for
   */
  private static String passed(
      Automaton automaton, boolean slowly, String arguments, int first, int second)
      throws MalformedReplyException {
    var texts = new JoinedTexts(Form.CHAT, new SecretRedactor(automaton, "key"));
    var passed = new ArrayList<Piece>();
    for (var part :
        List.of(
            arguments.substring(0, first),
            arguments.substring(first, second),
            arguments.substring(second))) {
      passed.addAll(texts.accept(List.of(call(1, part))));
      for (int i = 0; slowly && i < JoinedTexts.MOST_EVENTS; i++) {
        passed.addAll(texts.accept(List.of(call(2, "-"))));
      }
    }
    passed.addAll(texts.accept(List.of(new Piece.Finished())));
    var said = new StringBuilder();
    for (var piece : passed) {
      if (piece instanceof Piece.Event(byte[] frame, _)) {
        var call = Wire.object(FrameData.of(frame)).at("/choices/0/delta/tool_calls/0");
        said.append(call.path("index").asInt() == 1 ? call.at("/function/arguments").asText() : "");
      }
    }
    return said.toString();
  }

  private static Piece.Event call(int index, String arguments) {
    var chunk = JsonNodeFactory.instance.objectNode();
    var delta = chunk.putArray("choices").addObject().putObject("delta");
    var call = delta.putArray("tool_calls").addObject().put("index", index);
    call.putObject("function").put("arguments", arguments);
    var data = new String(WireJson.bytes(chunk), StandardCharsets.UTF_8);
    return new Piece.Event(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8), true);
  }
}
