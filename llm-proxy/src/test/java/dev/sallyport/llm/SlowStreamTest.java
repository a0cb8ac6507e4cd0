package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long is waited for a stream to begin, and to go on. */
class SlowStreamTest extends LlmProxyScene {
  @ParameterizedTest
  @CsvSource({"-1", "0", "1"})
  void asksAnotherWhereAStreamDoesNotBeginInTime(int silentFrom) {
    addSlow(20, 1);
    testing.deployment("s-2", "slow", "anthropic", 1);
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(silentFrom, gate));
    var sink = new RecordingSink();

    relay("slow", sink);

    assertThat(sink.text()).contains("claude-served").endsWith("data: [DONE]\n\n");
    assertThat(facts().path("route").path(0).asText()).isEqualTo("s-1:failed_timeout");
    gate.countDown();
  }

  @Test
  void letsAStreamThatHasBegunPauseForLongerThanItMayTakeToBegin() {
    addSlow(20, 4);
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(2, gate));
    var sink =
        new RecordingSink() {
          private long begun;

          @Override
          public void event(byte[] frame) throws IOException {
            super.event(frame);
            begun = begun == 0 ? System.nanoTime() : begun;
          }

          @Override
          public void waiting() throws IOException {
            super.waiting();
            if (begun != 0 && System.nanoTime() - begun > Duration.ofMillis(4_200).toNanos()) {
              gate.countDown();
            }
          }
        };

    relay("slow", sink);

    assertThat(sink.text()).contains("Hello").endsWith("data: [DONE]\n\n");
  }

  @Test
  void endsAStreamThatHasBegunAndIsSilentForTooLong() {
    addSlow(4, 30);
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(2, gate));
    var sink = new RecordingSink();

    relay("slow", sink);

    assertThat(sink.text()).contains("Hello", "\"code\":\"upstream_timeout\"");
    gate.countDown();
  }

  /** What is no stream has begun no sooner than it is whole. */
  @ParameterizedTest
  @CsvSource({"200", "503"})
  void asksAnotherWhereWhatIsNoStreamIsNotWholeInTime(int status) {
    addSlow(20, 1);
    testing.deployment("s-2", "slow", "anthropic", 1);
    var gate = new CountDownLatch(1);
    var pieces =
        List.of("{\"error\":".getBytes(StandardCharsets.UTF_8), new byte[] {'{', '}', '}'});
    openAi.answers(Script.of(status, "application/json", pieces).held(1, gate));
    var sink = new RecordingSink();

    relay("slow", sink);

    assertThat(sink.text()).contains("claude-served").endsWith("data: [DONE]\n\n");
    assertThat(facts().path("route").path(0).asText()).isEqualTo("s-1:failed_timeout");
    gate.countDown();
  }

  private void addSlow(int timeoutSeconds, int firstTokenSeconds) {
    testing.vault.with("slow", TestingProxy.SECRET);
    testing
        .addLater("Credential", "slow", "{\"providers\":[\"slow\"]}")
        .addLater(
            "Provider",
            "slow",
            ("{\"protocol\":\"openai\",\"baseUrl\":\"%s\",\"timeoutSeconds\":%d,"
                    + "\"credential\":\"slow\",\"firstTokenSeconds\":%d}")
                .formatted(openAi.base(), timeoutSeconds, firstTokenSeconds))
        .deployment("s-1", "slow", "slow", 0);
  }
}
