package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.RecordingSink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Nothing that calls share, such as the budget or connections, holds streams up. */
final class ManyStreamsTest extends LlmProxyScene {
  private static final int STREAMS = 300;
  private static final int FIRST_WORDS = 3;

  @Test
  void beginsEveryStreamThoughNoneOfThoseBeforeHasEnded() throws Exception {
    testing.authority.budget(1_000_000_000);
    var gate = new CountDownLatch(1);
    var held = Script.recorded(CannedAnswers.OPENAI_STREAM).held(FIRST_WORDS, gate);
    openAi.answers(Collections.nCopies(STREAMS, held).toArray(Script[]::new));

    var sinks = new ArrayList<RecordingSink>();
    var calls = new ArrayList<Future<?>>();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STREAMS; i++) {
        var sink = new RecordingSink();
        sinks.add(sink);
        calls.add(pool.submit(() -> relay("fast", sink)));
      }
      for (var sink : sinks) {
        sink.firstEvent().await();
      }
      assertThat(testing.evidence.outcomes()).isEmpty(); // so that all are open at once
      gate.countDown();
      for (var call : calls) {
        call.get();
      }
    }
    assertThat(sinks).allMatch(sink -> sink.text().endsWith("data: [DONE]\n\n"));
    assertThat(testing.evidence.outcomes())
        .hasSize(STREAMS)
        .allMatch(Outcome.Succeeded.class::isInstance);
    assertThat(testing.spending.heldToday(testing.caller().principal().id())).isZero();
  }
}
