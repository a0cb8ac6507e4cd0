package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlmProxyStreamsTest extends LlmProxyScene {
  @Test
  void streamsChunksToAPartOfTheGateway() throws IOException {
    for (var alias : List.of("fast", "smart")) {
      var chunks = new ArrayList<ObjectNode>();
      testing.proxy.stream(
          testing.caller(), TestingProxy.streamed(alias), new Cancellation(), chunks::add);

      var text = new StringBuilder();
      chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
      assertThat(text).hasToString(CannedAnswers.TEXT);
      assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
      assertThat(facts().path("tokens_out").asInt()).isEqualTo(5);
      assertThat(facts().path("tokens_in").asInt()).isEqualTo(20);
    }
  }

  @Test
  void endsAStreamAsAbortedWhenItsSinkTakesNoMore() {
    assertThatThrownBy(() ->
            testing.proxy.stream(
                testing.caller(),
                TestingProxy.streamed("fast"),
                new Cancellation(),
                _ -> {
                  throw new IOException("mine");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("mine");
    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Aborted("caller_left"));
  }

  /** Before its head is there, before it says anything, and in the middle of what it says. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3})
  void givesUpAModelThatIsSilent(int silentFrom) throws Exception {
    testing.authority.budget(1_000_000);
    var gate = new CountDownLatch(1);
    var cancellation = new Cancellation();
    openAi.answers(
        Script.recorded(CannedAnswers.OPENAI_STREAM)
            .held(silentFrom, gate)
            .told(silentFrom, () -> cancellation.cancel(Cancellation.Why.TIME_OVER)));

    assertThatThrownBy(() ->
            testing.proxy.stream(
                testing.caller(), TestingProxy.streamed("fast"), cancellation, _ -> {}))
        .isInstanceOf(CallCancelledException.class);

    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Aborted("time_over"));
    var caller = testing.caller().principal().id();
    assertThat(testing.spending.heldToday(caller)).isZero();
    assertThat(testing.spending.spentToday(caller)).isPositive();
    gate.countDown();
    assertThat(openAi.awaitHangUp()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0})
  void givesUpAWholeAnswerThatDoesNotCome(int silentFrom) throws Exception {
    var gate = new CountDownLatch(1);
    var cancellation = new Cancellation();
    openAi.answers(
        Script.json(200, "{}")
            .held(silentFrom, gate)
            .told(silentFrom, () -> cancellation.cancel(Cancellation.Why.TIME_OVER)));

    assertThatThrownBy(
            () -> testing.proxy.complete(testing.caller(), TestingProxy.chat("fast"), cancellation))
        .isInstanceOf(CallCancelledException.class);

    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Aborted("time_over"));
    gate.countDown();
  }

  @Test
  void asksNobodyOnceItIsGivenUp() {
    var cancellation = new Cancellation();
    cancellation.cancel();

    assertThatThrownBy(
            () -> testing.proxy.complete(testing.caller(), TestingProxy.chat("fast"), cancellation))
        .isInstanceOf(CallCancelledException.class);

    assertThat(openAi.received()).isEmpty();
    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Aborted("caller_left"));
  }

  @Test
  void sendsTheLastFrameOnlyOnceTheOutcomeIsDurable() {
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(3, gate));
    var sink =
        new RecordingSink() {
          @Override
          public void event(byte[] frame) throws IOException {
            super.event(frame);
            testing.evidence.fail(true);
            gate.countDown();
          }
        };
    relay("fast", sink);

    assertThat(sink.text()).contains(", world.", "evidence_unavailable").doesNotContain("[DONE]");
  }

  @Test
  void cutsTheUpstreamAndSettlesWhenTheCallerLeavesInTheMiddle() throws Exception {
    testing.authority.budget(1_000_000);
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(4, gate));
    relay("fast", new RecordingSink(2)); // a sign of life finds out that the caller has left

    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Aborted("caller_left"));
    assertThat(facts().path("usage_source").asText()).isEqualTo("estimate");
    var caller = testing.caller().principal().id();
    assertThat(testing.spending.heldToday(caller)).isZero();
    assertThat(testing.spending.spentToday(caller)).isPositive();
    gate.countDown();
    assertThat(openAi.awaitHangUp()).isTrue();
  }

  @Test
  void givesSignsOfLifeWhileTheModelIsSilent() throws Exception {
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(0, gate));
    var sink = new RecordingSink();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var call = pool.submit(() -> relay("fast", sink));
      assertThat(sink.firstBeat().await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(sink.events()).isEmpty();
      gate.countDown();
      call.get();
    }
    assertThat(sink.text()).endsWith("data: [DONE]\n\n");
    assertThat(sink.heads()).hasSize(1);
  }

  @Test
  void tellsInTheStreamWhatItCannotTellInAStatusAnyMore() throws Exception {
    var gate = new CountDownLatch(1);
    openAi.answers(CannedAnswers.error(false, 400, "invalid_request_error", "no").held(-1, gate));
    var sink = new RecordingSink();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var call = pool.submit(() -> relay("fast", sink));
      assertThat(sink.firstBeat().await(20, TimeUnit.SECONDS)).isTrue();
      gate.countDown();
      call.get();
    }
    assertThat(sink.text()).contains("data: {\"error\":{", "invalid_request");
  }

  @Test
  void showsTheUsageOfAStreamToWhoAskedForIt() {
    for (var alias : List.of("fast", "smart")) {
      var chat = TestingProxy.streamed(alias);
      chat.putObject("stream_options").put("include_usage", true);
      var asked = new RecordingSink();
      testing.proxy.relay(
          testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS, asked);
      var notAsked = new RecordingSink();
      relay(alias, notAsked);

      assertThat(asked.text()).contains("\"prompt_tokens\":20");
      assertThat(notAsked.text()).doesNotContain("\"prompt_tokens\"").endsWith("data: [DONE]\n\n");
    }
    assertThat(openAi.last().json().at("/stream_options/include_usage").booleanValue()).isTrue();
  }
}
