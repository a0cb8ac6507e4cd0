package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.openai.OpenAiAdapter;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.sse.FrameReader;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.vault.Injection;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class AdapterFaultTest {
  @Test
  void leavesNoAnswerOpenThatItsAdapterCannotBeginToRead() throws Exception {
    var gate = new CountDownLatch(1);
    try (var upstream = new FakeProvider();
        var testing = new TestingProxy(LlmConfig.DEFAULTS, List.of(new Faulty()))) {
      testing.provider("openai", "openai", upstream.base()).deployment("o", "fast", "openai", 0);
      testing.authority.budget(1_000_000);
      upstream.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(2, gate));
      var request = ModelRequest.of(ChatRequest.of(TestingProxy.streamed("fast")));

      assertThatThrownBy(() ->
              testing.proxy.relay(
                  testing.caller(), request, Exchange.AS_IT_IS, new RecordingSink()))
          .isInstanceOf(RuntimeException.class);

      gate.countDown();
      assertThat(upstream.awaitHangUp()).isTrue();
      assertThat(testing.spending.heldToday(testing.caller().principal().id())).isZero();
    }
  }

  /** Fails where it is to read a stream. */
  private static final class Faulty implements ProviderAdapter {
    private final ProviderAdapter openAi = new OpenAiAdapter();

    @Override
    public String protocol() {
      return openAi.protocol();
    }

    @Override
    public Injection injection(Site site) {
      return openAi.injection(site);
    }

    @Override
    public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
      return openAi.encode(request, attempt);
    }

    @Override
    public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
        throws MalformedReplyException {
      return openAi.decode(reply, request, attempt);
    }

    @Override
    public ReplyStream stream(ChatRequest request, Attempt attempt) {
      return openAi.stream(request, attempt);
    }

    @Override
    public FrameReader frames(InputStream body, int maxFrameBytes) {
      throw new IllegalStateException("a fault of the adapter");
    }
  }
}
