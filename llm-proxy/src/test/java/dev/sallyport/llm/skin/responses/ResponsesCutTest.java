package dev.sallyport.llm.skin.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.AnswerHead;
import dev.sallyport.llm.StreamSink;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * R2: what a caller of Responses sees when an upstream's stream ends after any of its events
 * (ollama #17531, semantic-router #3063): a whole answer of another, or a failure in the form's own
 * words.
 */
final class ResponsesCutTest {
  private final FakeProvider upstream = new FakeProvider().lenient();
  private final FakeProvider second = new FakeProvider().lenient();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
    second.close();
  }

  /**
   * A recorded stream.
   *
   * @param protocol of the provider
   * @param api of the deployment
   * @param way whether it goes by as it is, or by chat
   */
  record Recorded(String protocol, String api, Way way, String stream) {
    @Override
    public String toString() {
      return "%s %s %s of %d".formatted(protocol, api, way, stream.length());
    }
  }

  enum Way {
    AS_IT_IS,
    BY_CHAT
  }

  static Stream<Recorded> recorded() throws IOException {
    return Stream.of(
        new Recorded("openai", "chat", Way.BY_CHAT, CannedAnswers.OPENAI_STREAM),
        new Recorded("anthropic", "chat", Way.BY_CHAT, CannedAnswers.ANTHROPIC_STREAM),
        new Recorded("anthropic", "chat", Way.BY_CHAT, golden("streams/tools.anthropic.sse")),
        responses("tools", Way.AS_IT_IS),
        responses("refusal", Way.AS_IT_IS),
        responses("length", Way.AS_IT_IS),
        responses("tools", Way.BY_CHAT),
        responses("length", Way.BY_CHAT),
        responses("items_only", Way.BY_CHAT));
  }

  private static Recorded responses(String name, Way way) throws IOException {
    var stream = golden("responses/streams/" + name + ".responses.sse");
    return new Recorded("openai", "responses", way, stream);
  }

  private static String golden(String path) throws IOException {
    try (var in = ResponsesCutTest.class.getResourceAsStream("/golden/" + path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void endsInAFailureWhereverTheStreamIsCut(Recorded recorded) {
    testing.provider("openai", recorded.protocol(), upstream.base());
    int failed = 0;
    for (int cut = 0; cut < whole(recorded); cut++) {
      for (var ended : List.of(cutOff(recorded, cut), endedEarly(recorded, cut))) {
        var alias = "a" + testing.evidence.records().size();
        deployment(alias, "openai", recorded.api(), 0);
        upstream.answers(ended);
        var sink = sink(alias, recorded.way());
        if (sink.relay()) {
          assertThat(EventRules.check(sink.events())).as("cut " + cut).isEqualTo("response.failed");
          assertThat(sink.events().getLast().at("/response/error/code").asText())
              .isEqualTo("server_error");
          assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Aborted.class);
          failed++;
        }
      }
    }
    assertThat(failed).isPositive();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void givesAWholeAnswerOfAnotherWhereNothingWasSaidYetAndNeverOfTwo(Recorded recorded) {
    testing.provider("openai", recorded.protocol(), upstream.base());
    testing.provider("second", "openai", second.base());
    int whole = 0;
    for (int cut = 0; cut < whole(recorded); cut++) {
      var alias = "a" + cut;
      deployment(alias, "openai", recorded.api(), 0);
      deployment("second-" + alias, alias, "second", "chat", 1);
      upstream.answers(cutOff(recorded, cut));
      second.answers(Script.recorded(CannedAnswers.OPENAI_STREAM.replace("gpt-served", "other")));
      var sink = sink(alias, recorded.way());

      assertThat(sink.relay()).isTrue();

      var end = EventRules.check(sink.events());
      if (sink.text().contains("\"other\"")) {
        whole++;
        assertThat(end).isEqualTo("response.completed");
        assertThat(sink.text()).doesNotContain("served").contains("Hello, world.");
      } else {
        assertThat(end).isEqualTo("response.failed");
      }
    }
    assertThat(whole).isPositive();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void endsWholeWhereTheStreamIsWhole(Recorded recorded) {
    testing.provider("openai", recorded.protocol(), upstream.base());
    deployment("a", "openai", recorded.api(), 0);
    upstream.answers(Script.recorded(recorded.stream()).bytewise());
    var sink = sink("a", recorded.way());

    assertThat(sink.relay()).isTrue();

    if (recorded.way() == Way.AS_IT_IS) {
      assertThat(sink.text()).isEqualTo(recorded.stream());
    } else {
      var end = recorded.stream().contains("response.incomplete") ? "incomplete" : "completed";
      assertThat(EventRules.check(sink.events())).isEqualTo("response." + end);
    }
    assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Succeeded.class);
  }

  /** How many events there are: a stream cut after all but the last is not whole. */
  private static int whole(Recorded recorded) {
    return Script.split(recorded.stream()).size();
  }

  private static Script cutOff(Recorded recorded, int after) {
    return Script.recorded(recorded.stream()).cutAfter(after);
  }

  private static Script endedEarly(Recorded recorded, int after) {
    return Script.events(Script.split(recorded.stream()).subList(0, after));
  }

  private void deployment(String alias, String provider, String api, int priority) {
    deployment("d-" + alias, alias, provider, api, priority);
  }

  private void deployment(String name, String alias, String provider, String api, int priority) {
    testing.add(
        "Deployment",
        name,
        "{\"alias\":\"%s\",\"provider\":\"%s\",\"api\":\"%s\",\"upstreamModel\":\"m\",\"priority\":%d}"
            .formatted(alias, provider, api, priority));
  }

  private Sink sink(String alias, Way way) {
    return new Sink(alias, way);
  }

  /** Writes a stream as the skin has it. */
  private final class Sink implements StreamSink {
    private final ModelRequest asked;
    private final Way way;
    private final StringBuilder out = new StringBuilder();
    private final ResponsesSkin skin = new ResponsesSkin(testing.clock);
    private final SkinStream stream;

    Sink(String alias, Way way) {
      var body = "{\"model\":\"%s\",\"input\":\"Hi\",\"stream\":true}".formatted(alias);
      asked = skin.read(body.getBytes(StandardCharsets.UTF_8));
      stream = skin.stream(asked);
      this.way = way;
    }

    /** Whether there is an answer, and no refusal. */
    boolean relay() {
      try {
        var seen = way == Way.BY_CHAT ? asked.seenAs(asked.chat()) : asked;
        testing.proxy.relay(testing.caller(), seen, Exchange.AS_IT_IS, this);
        return true;
      } catch (Refusal _) {
        assertThat(out).isEmpty();
        return false;
      }
    }

    List<JsonNode> events() {
      return EventRules.read(text());
    }

    String text() {
      return out.toString();
    }

    private void write(List<byte[]> frames) {
      frames.forEach(frame -> out.append(new String(frame, StandardCharsets.UTF_8)));
    }

    @Override
    public void open(AnswerHead head) {}

    @Override
    public void event(byte[] frame) {
      write(stream.accept(frame));
    }

    @Override
    public void own(byte[] frame) {
      stream.passed(frame);
      write(List.of(frame));
    }

    @Override
    public void end(Optional<byte[]> own) {
      own.ifPresentOrElse(this::own, () -> write(stream.end()));
    }

    @Override
    public void broken(Refusal why) {
      write(stream.broken(why));
    }

    @Override
    public void waiting() {}
  }
}
