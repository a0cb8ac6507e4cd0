package dev.sallyport.llm.joined;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.sse.FrameData;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R11: a secret that is cut over the events of a stream is found wherever it is cut. */
final class JoinedTextsTest {
  private static final String SECRET = TestingProxy.SECRET;
  private static final int MOST_TOLD = 4;
  private static final String MARK = "[REDACTED:key]";
  private static final Automaton AUTOMATON = Automaton.of("Bearer " + SECRET);

  private final SecretRedactor redactor = new SecretRedactor(AUTOMATON, "key");

  /** Where a form has texts that come bit by bit. */
  enum Place {
    CHAT_CONTENT(Form.CHAT, "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}"),
    CHAT_REFUSAL(Form.CHAT, "{\"choices\":[{\"index\":1,\"delta\":{\"refusal\":\"%s\"}}]}"),
    CHAT_REASONING(
        Form.CHAT,
        "{\"choices\":[{\"delta\":{\"reasoning_details\":[{\"index\":2,\"text\":\"%s\"}]}}]}"),
    CHAT_ARGUMENTS(
        Form.CHAT,
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"s\","
            + "\"function\":{\"name\":\"s\",\"arguments\":\"%s\"}}]}}]}"),
    CHAT_LEGACY(
        Form.CHAT, "{\"choices\":[{\"delta\":{\"function_call\":{\"arguments\":\"%s\"}}}]}"),
    MESSAGES_TEXT(
        Form.MESSAGES,
        "{\"type\":\"content_block_delta\",\"index\":0,"
            + "\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}"),
    MESSAGES_THINKING(
        Form.MESSAGES,
        "{\"type\":\"content_block_delta\",\"index\":0,"
            + "\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"%s\"}}"),
    MESSAGES_BLOCKS(
        Form.MESSAGES,
        "{\"type\":\"content_block_start\",\"index\":4,"
            + "\"content_block\":{\"type\":\"text\",\"text\":\"%s\"}}"),
    MESSAGES_ARGUMENTS(
        Form.MESSAGES,
        "{\"type\":\"content_block_delta\",\"index\":3,"
            + "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"%s\"}}"),
    RESPONSES_TEXT(
        Form.RESPONSES,
        "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,"
            + "\"delta\":\"%s\"}"),
    RESPONSES_SUMMARY(
        Form.RESPONSES,
        "{\"type\":\"response.reasoning_summary_text.delta\",\"output_index\":0,"
            + "\"summary_index\":0,\"delta\":\"%s\"}"),
    RESPONSES_ARGUMENTS(
        Form.RESPONSES,
        "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":2,"
            + "\"delta\":\"%s\"}");

    private final Form form;
    private final String event;

    Place(Form form, String event) {
      this.form = form;
      this.event = event;
    }

    Piece.Event says(String text) {
      return event(event.formatted(text));
    }

    /** The texts of events put together as a client does. */
    String joined(List<Piece> pieces) throws MalformedReplyException {
      var found = new StringBuilder();
      for (var piece : pieces) {
        if (piece instanceof Piece.Event(byte[] frame, _)) {
          Deltas.find(
              form, Wire.object(FrameData.of(frame)), (_, delta) -> found.append(delta.value()));
        }
      }
      return found.toString();
    }
  }

  private static Piece.Event event(String data) {
    return new Piece.Event(
        ("event: x\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8), true);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void findsASecretWhereverItIsCutInTwoOrThree(Place place) throws Exception {
    for (int first = 0; first <= SECRET.length(); first++) {
      for (int second = first; second <= SECRET.length(); second++) {
        var passed =
            passed(
                place.form,
                place.says("It is " + SECRET.substring(0, first)),
                place.says(SECRET.substring(first, second)),
                place.says(SECRET.substring(second) + "; so"));

        int gone = passes(first) ? passes(second) ? second : first : 0;
        assertThat(place.joined(passed))
            .as("%d, %d", first, second)
            .isEqualTo("It is " + SECRET.substring(0, gone) + MARK + "; so");
        assertThat(passed).hasSize(4);
      }
    }
  }

  private static boolean passes(int begun) {
    return begun <= MOST_TOLD;
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void findsASecretThatComesCharacterByCharacterAndEncoded(Place place) throws Exception {
    var encoded =
        Base64.getEncoder()
            .encodeToString(("key " + SECRET + ".").getBytes(StandardCharsets.UTF_8));
    for (var text : List.of(SECRET, encoded)) {
      var events = new ArrayList<Piece>();
      text.chars().forEach(c -> events.add(place.says(Character.toString(c))));

      assertThat(place.joined(passed(place.form, events.toArray(Piece[]::new)))).contains(MARK);
    }
    assertThat(redactor.found()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void passesOnAsTheyCameEventsOfWhichNothingIsTakenOut(Place place) throws Exception {
    var events =
        new Piece[] {
          place.says("sk-canary-01"),
          place.says("s"),
          place.says("s"),
          place.says("sk-can't"),
          new Piece.Comment(new byte[] {':', '\n', '\n'})
        };
    assertThat(passed(place.form, events)).containsExactlyInAnyOrder(with(events));
    assertThat(redactor.found()).isZero();
  }

  @Test
  void holdsAnEventOnlyUntilItsTextIsDecided() throws Exception {
    var texts = new JoinedTexts(Form.CHAT, redactor);
    assertThat(texts.accept(List.of(Place.CHAT_CONTENT.says("Hi! ")))).hasSize(1);
    assertThat(texts.accept(List.of(Place.CHAT_CONTENT.says("Ask " + begun())))).isEmpty();
    assertThat(texts.accept(List.of(Place.CHAT_CONTENT.says(" him.")))).hasSize(2);
  }

  @Test
  void lessThanAPartOfASecretHoldsUpNothing() throws Exception {
    var texts = new JoinedTexts(Form.CHAT, redactor);
    assertThat(texts.accept(List.of(Place.CHAT_CONTENT.says("files")))).hasSize(1);
    assertThat(texts.accept(List.of(Place.CHAT_ARGUMENTS.says("{")))).hasSize(1);

    var rest = texts.accept(List.of(Place.CHAT_CONTENT.says(SECRET.substring(1))));
    assertThat(Place.CHAT_CONTENT.joined(rest)).isEqualTo(MARK);
  }

  @Test
  void findsASecretAcrossWhatElseIsSaid() throws Exception {
    for (int cut = 0; cut <= SECRET.length(); cut++) {
      var passed =
          passed(
              Form.CHAT,
              Place.CHAT_CONTENT.says(SECRET.substring(0, cut)),
              Place.CHAT_ARGUMENTS.says("{}"),
              event("{\"choices\":[]}"),
              Place.CHAT_CONTENT.says(SECRET.substring(cut)));

      var joined = Place.CHAT_CONTENT.joined(passed).replace("{}", "");
      assertThat(joined).as("%d", cut).isIn(SECRET.substring(0, cut) + MARK, MARK);
      assertThat(joined.length()).isLessThanOrEqualTo(MOST_TOLD + MARK.length());
    }
  }

  @Test
  void keepsArgumentsWellFormed() throws Exception {
    var passed =
        passed(
            Form.CHAT,
            Place.CHAT_ARGUMENTS.says("{\\\"a\\\":\\\"" + SECRET.substring(0, 9)),
            Place.CHAT_ARGUMENTS.says(SECRET.substring(9) + "\\\"}"));
    var arguments = Place.CHAT_ARGUMENTS.joined(passed);
    assertThat(Wire.object(arguments).path("a").asText()).isEqualTo(MARK);
  }

  @Test
  void tellsTheOddsOfNoWordsThatItTookOut() throws Exception {
    var event =
        "{\"choices\":[{\"delta\":{\"content\":\"%s\"},\"logprobs\":{\"content\":[{\"token\":\"%s\"}]}}]}";
    var one = SECRET.substring(0, MOST_TOLD + 1);
    var two = SECRET.substring(MOST_TOLD + 1);
    var passed =
        passed(Form.CHAT, event(event.formatted(one, one)), event(event.formatted(two, two)));
    for (var piece : passed.subList(0, 2)) {
      var chunk = Wire.object(FrameData.of(((Piece.Event) piece).frame()));
      assertThat(chunk.at("/choices/0/logprobs").isNull()).isTrue();
    }
  }

  @Test
  void tellsNoOddsAnyMoreOnceItTookSomethingOut() throws Exception {
    var odds = event("{\"item\":{\"logprobs\":[{\"token\":\"s\"}]},\"logprobs\":{\"a\":[1]}}");
    var passed =
        passed(
            Form.CHAT,
            odds,
            Place.CHAT_CONTENT.says(begun()),
            Place.CHAT_CONTENT.says(SECRET.substring(9)),
            odds);
    assertThat(passed.getFirst()).isSameAs(odds);
    var later = Wire.object(FrameData.of(((Piece.Event) passed.get(3)).frame()));
    assertThat(later.at("/item/logprobs").isEmpty()).isTrue();
    assertThat(later.path("logprobs").isNull()).isTrue();
  }

  /** It tells all that was said once more. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tellsNoOddsInTheLastEventWhereItTookSomethingOut(boolean taken) throws Exception {
    var last =
        event(
                "{\"type\":\"response.completed\",\"response\":{\"output\":[{\"content\":[{\"text\":\"a\","
                    + "\"logprobs\":[{\"token\":\"s\",\"bytes\":[115]}]}]}]}}")
            .frame();
    var texts = new JoinedTexts(Form.RESPONSES, redactor);
    texts.accept(List.of(Place.RESPONSES_TEXT.says(begun())));
    texts.accept(List.of(Place.RESPONSES_TEXT.says(taken ? SECRET.substring(9) : ".")));

    var passed = texts.accept(List.of(new Piece.Finished(Optional.of(last))));

    var written = ((Piece.Finished) passed.getLast()).last().orElseThrow();
    var part = Wire.object(FrameData.of(written)).at("/response/output/0/content/0");
    assertThat(part.path("text").asText()).isEqualTo("a");
    assertThat(part.path("logprobs").isEmpty()).isEqualTo(taken);
    assertThat(Arrays.equals(written, last)).isNotEqualTo(taken);
  }

  /** An answer that goes on elsewhere is not held up by a text that has ended. */
  @Test
  void waitsForNoTextThatHasNotGoneOnForSomeEvents() throws Exception {
    var texts = new JoinedTexts(Form.CHAT, redactor);
    assertThat(texts.accept(List.of(Place.CHAT_CONTENT.says("Ask " + begun())))).isEmpty();
    for (int i = 1; i < JoinedTexts.MOST_EVENTS; i++) {
      assertThat(texts.accept(List.of(Place.CHAT_ARGUMENTS.says("1")))).isEmpty();
      assertThat(texts.accept(List.of(event("{\"choices\":[]}")))).isEmpty();
    }
    var passed = texts.accept(List.of(Place.CHAT_ARGUMENTS.says("1")));
    assertThat(passed).hasSize(2 * JoinedTexts.MOST_EVENTS);
    assertThat(Place.CHAT_CONTENT.joined(passed.subList(0, 1))).isEqualTo("Ask " + MARK);
    assertThat(texts.accept(List.of(Place.CHAT_ARGUMENTS.says("1")))).hasSize(1);
  }

  @Test
  void waitsOnForATextThatGoesOnAmongOthers() throws Exception {
    var texts = new JoinedTexts(Form.CHAT, redactor);
    assertThat(texts.accept(List.of(Place.CHAT_CONTENT.says(begun())))).isEmpty();
    for (int i = 9; i < 14; i++) {
      for (int other = 1; other < JoinedTexts.MOST_EVENTS; other++) {
        assertThat(texts.accept(List.of(Place.CHAT_ARGUMENTS.says("1")))).isEmpty();
      }
      var more = SECRET.substring(i, i + 1);
      assertThat(texts.accept(List.of(Place.CHAT_CONTENT.says(more)))).isEmpty();
    }
  }

  @Test
  void tellsNoBeginningOfASecretWhereTheStreamBreaksOff() throws Exception {
    var texts = new JoinedTexts(Form.CHAT, redactor);
    var waiting = List.<Piece>of(Place.CHAT_CONTENT.says("a " + begun()));
    var failed = new Piece.Failed(Failure.of(Failure.Kind.OVERLOADED));

    assertThat(texts.accept(waiting)).isEmpty();
    assertThat(Place.CHAT_CONTENT.joined(texts.cutOff())).isEqualTo("a " + MARK);
    assertThat(texts.cutOff()).isEmpty();

    assertThat(texts.accept(waiting)).isEmpty();
    var passed = texts.accept(List.of(failed));
    assertThat(passed).hasSize(2).endsWith(failed);
    assertThat(Place.CHAT_CONTENT.joined(passed)).isEqualTo("a " + MARK);
  }

  /** Of what never goes on, no more is held than there is room for. */
  @Test
  void takesOutWhatCouldBecomeASecretWhereTooMuchWaitsForIt() throws Exception {
    var texts = new JoinedTexts(Form.CHAT, redactor);
    var passed = new ArrayList<Piece>(texts.accept(List.of(Place.CHAT_CONTENT.says(begun()))));
    assertThat(passed).isEmpty();
    var other = Place.CHAT_ARGUMENTS.says("x".repeat(1 << 16));
    int most = JoinedTexts.MOST_HELD / other.frame().length + 1;
    for (int i = 0; i < most; i++) {
      passed.addAll(texts.accept(List.of(other)));
    }
    assertThat(passed).hasSize(most + 1);
    assertThat(Place.CHAT_CONTENT.joined(passed.subList(0, 1))).isEqualTo(MARK);
    passed.addAll(texts.accept(List.of(Place.CHAT_CONTENT.says(SECRET.substring(9)))));
    assertThat(Place.CHAT_CONTENT.joined(passed.subList(most + 1, most + 2))).isEqualTo(MARK);
  }

  private static String begun() {
    return SECRET.substring(0, 9);
  }

  @Test
  void givesAtTheEndWhatItHeld() throws Exception {
    var held = Place.CHAT_CONTENT.says(begun());
    assertThat(passed(Form.CHAT, held)).containsExactly(held, new Piece.Finished());
  }

  @Test
  void looksAtNothingWhereNothingWasLent() throws Exception {
    var texts = new JoinedTexts(Form.CHAT, Redactor.nothing());
    List<Piece> pieces = List.of(event("{\"a\":1,\"a\":2}"));
    assertThat(texts.accept(pieces)).isSameAs(pieces);
  }

  /** What one client takes for the first of two members is the second to another. */
  @Test
  void takesNoEventThatHasAMemberTwice() {
    var texts = new JoinedTexts(Form.CHAT, redactor);
    assertThatThrownBy(() -> texts.accept(List.of(event("{\"a\":1,\"a\":2}"))))
        .isInstanceOf(MalformedReplyException.class);
  }

  private List<Piece> passed(Form form, Piece... pieces) throws MalformedReplyException {
    var texts = new JoinedTexts(form, redactor);
    var passed = new ArrayList<Piece>();
    for (var piece : with(pieces)) {
      passed.addAll(texts.accept(List.of(piece)));
    }
    return passed;
  }

  private static Piece[] with(Piece... pieces) {
    var all = Arrays.copyOf(pieces, pieces.length + 1);
    all[pieces.length] = new Piece.Finished(Optional.empty());
    return all;
  }
}
