package dev.sallyport.llm.reasoning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.testing.Wire;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** R6: what a plain client of chat completions does not send back is not lost. */
final class ReasoningMemoryTest {
  private static final Owner AGENT = Owner.alone(new PrincipalId("spiffe://prod/agent/ci"));
  private static final Owner OTHER = Owner.alone(new PrincipalId("spiffe://prod/agent/other"));

  private final TestingClock clock = new TestingClock();
  private final ReasoningMemory memory = new ReasoningMemory(clock, 1_000);

  @Test
  void putsBackWhatAClientLeftOut() {
    memory.keep(AGENT, List.of("call_1", "call_2"), details("thought"));

    var restored = memory.restore(AGENT, request("{\"tool_calls\":[{\"id\":\"call_2\"}]}"));

    assertThat(restored.tree().at("/messages/1/reasoning_details")).isEqualTo(details("thought"));
    assertThat(restored.tree().at("/messages/0").has("reasoning_details")).isFalse();
  }

  @Test
  void leavesWhatAClientSends() {
    memory.keep(AGENT, List.of("call_1"), details("thought"));
    var sent =
        request(
            "{\"tool_calls\":[{\"id\":\"call_1\"}],\"reasoning_details\":[{\"text\":\"its\"}]}");

    assertThat(memory.restore(AGENT, sent)).isSameAs(sent);
  }

  @Test
  void givesNothingToOthersAndNothingForOtherCalls() {
    memory.keep(AGENT, List.of("call_1"), details("thought"));
    var sent = request("{\"tool_calls\":[{\"id\":\"call_1\"}]}");
    var another = request("{\"tool_calls\":[{\"id\":\"call_9\"}]}");

    assertThat(memory.restore(OTHER, sent)).isSameAs(sent);
    assertThat(memory.restore(AGENT, another)).isSameAs(another);
  }

  /**
   * Some providers number the calls of each answer, so that all conversations have the same ids.
   */
  @Test
  void givesNothingForAnIdThatTwoAnswersGave() {
    memory.keep(AGENT, List.of("functions.read:0", "call_1"), details("of one"));
    memory.keep(AGENT, List.of("functions.read:0"), details("of another"));
    memory.keep(OTHER, List.of("call_1"), details("of somebody else"));
    var both = request("{\"tool_calls\":[{\"id\":\"functions.read:0\"}]}");
    var own = request("{\"tool_calls\":[{\"id\":\"call_1\"}]}");

    assertThat(memory.restore(AGENT, both)).isSameAs(both);
    assertThat(memory.restore(AGENT, own).bytes()).asString().contains("of one");

    clock.advance(ReasoningMemory.KEPT);
    memory.keep(AGENT, List.of("functions.read:0"), details("later"));
    assertThat(memory.restore(AGENT, both).bytes()).asString().contains("later");
  }

  @Test
  void keepsNothingLongerThanAnHour() {
    memory.keep(AGENT, List.of("call_1"), details("thought"));
    var sent = request("{\"tool_calls\":[{\"id\":\"call_1\"}]}");
    clock.advance(ReasoningMemory.KEPT.minusMillis(1));
    assertThat(memory.restore(AGENT, sent)).isNotSameAs(sent);

    clock.advance(Duration.ofMillis(1));
    assertThat(memory.restore(AGENT, sent)).isSameAs(sent);
  }

  @Test
  void forgetsTheOldestWhereAllWouldTakeTooMuch() {
    memory.keep(AGENT, List.of("call_1"), details("a".repeat(600)));
    memory.keep(AGENT, List.of("call_2"), details("b".repeat(600)));
    var first = request("{\"tool_calls\":[{\"id\":\"call_1\"}]}");
    var second = request("{\"tool_calls\":[{\"id\":\"call_2\"}]}");

    assertThat(memory.restore(AGENT, first)).isSameAs(first);
    assertThat(memory.restore(AGENT, second)).isNotSameAs(second);
  }

  @Test
  void joinsWhatIsStreamedInPieces() {
    var watch = new ReasoningWatch();
    watch.take(delta("{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"Let \"}", ""));
    watch.take(delta("{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"me\"}", ""));
    watch.take(delta("{\"type\":\"reasoning.text\",\"index\":0,\"signature\":\"s\"}", ""));
    watch.take(delta("{\"type\":\"reasoning.encrypted\",\"index\":1,\"data\":\"d\"}", ""));
    watch.take(delta("", "{\"index\":0,\"id\":\"call_1\"}"));
    watch.take(delta("", "{\"index\":0,\"function\":{\"arguments\":\"{}\"}}"));

    assertThat(watch.callIds()).containsExactly("call_1");
    assertThat(watch.details().toString())
        .isEqualTo(
            "[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"Let me\",\"signature\":\"s\"},"
                + "{\"type\":\"reasoning.encrypted\",\"index\":1,\"data\":\"d\"}]");
  }

  private static JsonNode delta(String detail, String call) {
    return Wire.object("{\"reasoning_details\":[%s],\"tool_calls\":[%s]}".formatted(detail, call));
  }

  private static ArrayNode details(String text) {
    return (ArrayNode)
        Wire.object("{\"d\":[{\"type\":\"reasoning.text\",\"text\":\"" + text + "\"}]}").get("d");
  }

  private static ChatRequest request(String assistant) {
    var chat = Wire.object("{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}");
    chat.withArray("messages").add(Wire.object(assistant).put("role", "assistant"));
    return ChatRequest.of(chat);
  }
}
