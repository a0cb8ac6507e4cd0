package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A proxy over two strict providers, and an alias that both stand behind. */
abstract class LlmProxyScene {
  static final Duration BEAT = Duration.ofMillis(20);
  static final Script DOWN = Script.json(500, "{}");

  final FakeProvider openAi = new FakeProvider().wants(TestingProxy.SECRET);
  final FakeProvider anthropic = new FakeProvider().wants(TestingProxy.SECRET);
  final TestingProxy testing =
      new TestingProxy(new LlmConfig(Duration.ofSeconds(30), BEAT, 1 << 20, 1 << 20));

  @BeforeEach
  void setUp() {
    testing
        .provider("openai", "openai", openAi.base())
        .provider("anthropic", "anthropic", anthropic.base())
        .deployment("o-1", "fast", "openai", 0)
        .deployment("a-1", "smart", "anthropic", 0)
        .deployment("both-1", "both", "openai", 0)
        .deployment("both-2", "both", "anthropic", 1);
  }

  @AfterEach
  void close() throws IOException {
    testing.close();
    openAi.close();
    anthropic.close();
  }

  ObjectNode complete(String alias) {
    return testing.proxy.complete(testing.caller(), TestingProxy.chat(alias), new Cancellation());
  }

  void relay(String alias, RecordingSink sink) {
    var request = ModelRequest.of(ChatRequest.of(TestingProxy.streamed(alias)));
    testing.proxy.relay(testing.caller(), request, Exchange.AS_IT_IS, sink);
  }

  ObjectNode facts() {
    return testing.evidence.records(Ended.class).getLast().facts();
  }
}
