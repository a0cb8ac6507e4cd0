package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Recorded;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.responses.EventRules;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.SkinSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * R2: wherever a stream of any provider ends too early, a caller in any form has a whole answer of
 * another deployment, or a failure in the words of its form; never what looks like the end of an
 * answer, and never two answers in one.
 */
@Timeout(45) // sooner than a provider that hangs is given up
final class CutMatrixTest {
  private static final List<RefusalCode> CODES =
      List.of(RefusalCode.UPSTREAM_UNAVAILABLE, RefusalCode.UPSTREAM_MALFORMED);

  private static final Map<String, String> ANOTHER =
      Map.of(
          "openai", another(CannedAnswers.OPENAI_STREAM),
          "anthropic", another(CannedAnswers.ANTHROPIC_STREAM));

  private final FakeProvider upstream = new FakeProvider();
  private final FakeProvider second = new FakeProvider();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws Exception {
    testing.close();
    upstream.close();
    second.close();
  }

  private static String another(String stream) {
    return stream.replace("-served", "-other").replace("Hello", "Other");
  }

  /** How a stream ends too early. */
  private enum Ending {
    /** The connection breaks after an event. */
    BROKEN {
      @Override
      Script of(Script whole, int after) {
        return whole.cutAfter(after);
      }
    },
    /** The answer ends after an event as HTTP has it. */
    CLOSED {
      @Override
      Script of(Script whole, int after) {
        return whole.withPieces(whole.pieces().subList(0, after));
      }
    },
    /** The answer ends as HTTP has it in the middle of the event after these. */
    TORN {
      @Override
      Script of(Script whole, int after) {
        var pieces = new ArrayList<>(whole.pieces().subList(0, after));
        var next = whole.pieces().get(after);
        pieces.add(Arrays.copyOf(next, next.length / 2));
        return whole.withPieces(pieces);
      }
    };

    abstract Script of(Script whole, int after);
  }

  /**
   * A way by which a caller is answered.
   *
   * @param own whether its own bytes go on, as the provider speaks its form
   */
  private record Way(Skin skin, boolean own) {
    ModelRequest read(String alias) {
      var said =
          skin.form() == Form.RESPONSES
              ? "\"input\":\"Hi\""
              : "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
      var limit = skin.form() == Form.MESSAGES ? ",\"max_tokens\":64" : "";
      var body = "{\"model\":\"%s\",\"stream\":true%s,%s}".formatted(alias, limit, said);
      var asked = skin.read(body.getBytes(StandardCharsets.UTF_8));
      return own ? asked : asked.seenAs(asked.chat());
    }

    /** The last of what says that an answer is whole. */
    String end() {
      return switch (skin.form()) {
        case CHAT -> "data: [DONE]\n\n";
        case MESSAGES -> "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        case RESPONSES -> "event: response.completed\n";
        case EMBEDDINGS -> throw new AssertionError();
      };
    }

    @Override
    public String toString() {
      return skin.form() + (own ? " as it is" : " by chat");
    }
  }

  /** One end of a stream, for one caller, with or without another deployment to go to. */
  private record Cut(Recorded recorded, Way way, Ending ending, int after, boolean another) {
    /** Whether the model had said something, be it only which tool it calls. */
    boolean said() {
      var before = recorded.script().pieces().subList(0, after);
      return after > recorded.first() || before.stream().anyMatch(Cut::namesATool);
    }

    private static boolean namesATool(byte[] piece) {
      return PassedStreams.text(piece).contains("\"weather\"");
    }

    Script script() {
      return ending.of(recorded.script(), after);
    }

    @Override
    public String toString() {
      return "%s %s %s to %s, %s after %d%s"
          .formatted(
              recorded.protocol(),
              recorded.api(),
              recorded.says(),
              way,
              ending,
              after,
              another ? ", before another" : "");
    }
  }

  private List<Way> ways(Recorded recorded) {
    var passed = PassedStreams.form(recorded);
    if (passed.isPresent()) {
      return Wires.skins(testing.clock).stream()
          .filter(skin -> skin.form() == passed.get())
          .map(skin -> new Way(skin, true))
          .toList();
    }
    var ways = new ArrayList<Way>();
    for (var skin : Wires.skins(testing.clock)) {
      if (skin.form() != Form.EMBEDDINGS) {
        ways.add(new Way(skin, false));
        boolean spoken =
            (skin.form() == Form.MESSAGES && recorded.protocol().equals("anthropic"))
                || (skin.form() == Form.RESPONSES && recorded.api().equals("responses"));
        if (spoken) {
          ways.add(new Way(skin, true));
        }
      }
    }
    return ways;
  }

  @ParameterizedTest
  @MethodSource("dev.sallyport.llm.PassedStreams#andAllOthers")
  void givesAWholeAnswerOrAFailureWhereverAStreamEndsTooEarly(Recorded recorded) {
    var cuts = new ArrayList<Cut>();
    for (int after = 0; after < recorded.script().pieces().size(); after++) {
      for (var way : ways(recorded)) {
        for (boolean another : new boolean[] {false, true}) {
          cuts.add(new Cut(recorded, way, Ending.BROKEN, after, another));
          cuts.add(new Cut(recorded, way, Ending.CLOSED, after, another));
        }
      }
      // What is left of an event is seen by none but its reader, whoever is answered.
      var ways = ways(recorded);
      var way = ways.get(after % Math.min(ways.size(), 3));
      cuts.add(new Cut(recorded, way, Ending.TORN, after, after % 2 == 0));
    }
    check(cuts);
  }

  private void check(List<Cut> cuts) {
    setUp(cuts.getFirst().recorded());
    testing.played("openai", "openai", second);
    testing.deploymentOf("both-openai", "openai", "chat", 1);
    testing.played("anthropic", "anthropic", second);
    testing.deploymentOf("both-anthropic", "anthropic", "chat", 1);
    for (int i = 0; i < cuts.size(); i++) {
      check(cuts.get(i), i % 4 < 2 ? "openai" : "anthropic");
    }
  }

  private void setUp(Recorded recorded) {
    testing.played("first", recorded.protocol(), upstream);
    var aliases = List.of("alone", "both-openai", "both-anthropic");
    if (PassedStreams.form(recorded).isPresent()) {
      upstream.lenient();
      aliases.forEach(alias -> PassedStreams.deploy(testing, alias, "first"));
    } else {
      upstream.wants(TestingProxy.secret(recorded.protocol()));
      aliases.forEach(alias -> testing.deploymentOf(alias, "first", recorded.api(), 0));
    }
  }

  private void check(Cut cut, String other) {
    var alias = cut.another() ? "both-" + other : "alone";
    var asked = cut.way().read(alias);
    var sink = new SkinSink(cut.way().skin().stream(asked));
    upstream.answers(cut.script());
    if (cut.another() && !cut.said()) {
      second.answers(Script.recorded(ANOTHER.getOrDefault(other, "")));
    }
    testing.clock.advance(Duration.ofHours(1)); // what broke off before no longer counts
    var refusal = relay(asked, sink);
    if (cut.said()) {
      assertThat(refusal).as("%s", cut).isEmpty();
      assertFailed(cut, sink);
    } else if (cut.another()) {
      assertThat(refusal).as("%s", cut).isEmpty();
      assertWhole(cut, sink);
    } else {
      assertThat(sink.heads()).as("%s", cut).isEmpty();
      assertThat(sink.events()).as("%s", cut).isEmpty();
      assertThat(refusal.orElseThrow().code()).as("%s", cut).isIn(CODES);
    }
  }

  private Optional<Refusal> relay(ModelRequest asked, SkinSink sink) {
    try {
      testing.proxy.relay(testing.caller(), asked, Exchange.AS_IT_IS, sink);
      return Optional.empty();
    } catch (Refusal refusal) {
      return Optional.of(refusal);
    }
  }

  /** Fails if what was sent is not an answer that broke off, told of once and at its end. */
  private void assertFailed(Cut cut, SkinSink sink) {
    assertThat(sink.text()).as("%s", cut).doesNotContain(cut.way().end(), "Other", "-other");
    var last = sink.events().getLast();
    switch (cut.way().skin().form()) {
      case CHAT -> {
        var chunk = Wire.object(last.substring("data: ".length()));
        assertThat(chunk.at("/error/message").asText()).as("%s", cut).isNotEmpty();
        assertThat(chunk.has("choices")).as("read as a chunk").isFalse();
      }
      case MESSAGES -> {
        assertThat(last).as("%s", cut).startsWith("event: error\ndata: ");
        var event = Wire.object(last.substring("event: error\ndata: ".length()));
        assertThat(event.path("type").asText()).isEqualTo("error");
        assertThat(event.at("/error/type").asText()).isEqualTo("api_error");
      }
      case RESPONSES -> {
        var events = EventRules.read(sink.text());
        assertThat(EventRules.check(events)).as("%s", cut).isEqualTo("response.failed");
        assertThat(events.getLast().at("/response/error/code").asText()).isEqualTo("server_error");
      }
      case EMBEDDINGS -> throw new AssertionError();
    }
    assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Aborted.class);
  }

  /** Fails if what was sent is not the whole answer of the other deployment and nothing else. */
  private void assertWhole(Cut cut, SkinSink sink) {
    assertThat(sink.text()).as("%s", cut).contains("Other", ", world.", "-other");
    assertThat(sink.text())
        .as("%s", cut)
        .doesNotContain("fake", "Hello", "look", "call.", "weather", "\"error\":{");
    assertThat(sink.text()).as("%s", cut).containsOnlyOnce(cut.way().end());
    assertThat(sink.events().getLast()).as("%s", cut).contains(cut.way().end());
    if (cut.way().skin().form() == Form.RESPONSES) {
      assertThat(EventRules.check(EventRules.read(sink.text()))).isEqualTo("response.completed");
    }
    assertThat(sink.heads()).hasSize(1);
    assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Succeeded.class);
  }

  /** So that what is said above of streams that end too early does not hold of all streams. */
  @ParameterizedTest
  @MethodSource("dev.sallyport.llm.PassedStreams#andAllOthers")
  void endsWholeWhereTheStreamIsWhole(Recorded recorded) {
    setUp(recorded);
    for (var way : ways(recorded)) {
      upstream.answers(recorded.script());
      var asked = way.read("alone");
      var sink = new SkinSink(way.skin().stream(asked));
      assertThat(relay(asked, sink)).as("%s", way).isEmpty();
      assertThat(sink.text()).as("%s", way).containsOnlyOnce(way.end());
      assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Succeeded.class);
    }
  }

  /** An event is whole with the first byte of its last line end: these are of two bytes. */
  @Test
  void givesAWholeAnswerOrAFailureWhereverTheBytesOfAStreamEnd() {
    var recorded =
        Recorded.all().stream()
            .filter(one -> one.protocol().equals("gemini") && one.says().equals("text"))
            .findFirst()
            .orElseThrow();
    var pieces = recorded.script().pieces();
    int said = pieces.getFirst().length - 1;
    var all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    var whole = all.toByteArray();
    var cuts = new ArrayList<Cut>();
    for (int after = 0; after < whole.length - 1; after++) {
      var parts =
          List.of(Arrays.copyOf(whole, after), Arrays.copyOfRange(whole, after, whole.length));
      var cut =
          new Recorded(
              recorded.protocol(),
              recorded.api(),
              "text to byte " + after,
              recorded.script().withPieces(parts),
              after < said ? 1 : 0);
      var way = ways(recorded).get(after % 3);
      cuts.add(new Cut(cut, way, Ending.BROKEN, 1, after % 2 == 0));
    }
    check(cuts);
  }
}
