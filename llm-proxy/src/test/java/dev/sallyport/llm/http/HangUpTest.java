package dev.sallyport.llm.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.TestingProxy;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A caller who is found to have left by a sign of life. */
final class HangUpTest {
  private static final LlmConfig SOON =
      new LlmConfig(Duration.ofSeconds(30), Duration.ofMillis(50), 4_096, 1 << 20);

  @Test
  void cutsTheUpstreamWhenTheCallerHangsUp() throws Exception {
    try (var upstream = new FakeProvider().wants(TestingProxy.SECRET);
        var testing = new TestingProxy(SOON);
        var server =
            TestingRoutes.start(
                testing
                    .provider("openai", "openai", upstream.base())
                    .deployment("fast-1", "fast", "openai", 0))) {
      var gate = new CountDownLatch(1);
      upstream.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(2, gate));
      hangUpAfterHello(server.port());

      assertThat(testing.ended.poll(20, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Aborted("caller_left"));
      gate.countDown();
      assertThat(upstream.awaitHangUp()).isTrue();
    }
  }

  private static void hangUpAfterHello(int port) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var body = TestingProxy.streamed("fast").toString();
      var head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n";
      var type = "Content-Type: application/json\r\nContent-Length: " + body.length();
      socket.getOutputStream().write((head + type + "\r\n\r\n" + body).getBytes(UTF_8));
      var seen = new StringBuilder();
      while (seen.indexOf("Hello") < 0) {
        seen.append((char) socket.getInputStream().read());
      }
      socket.setSoLinger(true, 0); // hang up at once, without a goodbye
    }
  }
}
