package dev.sallyport.llm.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.kit.Received;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Strictness;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import dev.sallyport.vault.Injection;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each case is a pair of files under {@code golden}: add a pair to add a case. */
final class GoldenTest {
  private static final Attempt ATTEMPT =
      new Attempt("claude-upstream", 4_096, false, Instant.ofEpochSecond(1_763_700_000));

  private final AnthropicAdapter adapter = new AnthropicAdapter();

  /** What is sent is what the provider takes in the version that is named with it. */
  @Test
  void namesTheVersionWhoseParametersItSends() throws Exception {
    var chat =
        ChatRequest.parse(
            "{\"model\":\"m\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                .getBytes(StandardCharsets.UTF_8));
    var wire = adapter.encode(chat, ATTEMPT);

    assertThat(wire.headers()).containsExactly(Map.entry("anthropic-version", "2023-06-01"));
    assertThat(adapter.injection(Site.PLAIN)).isEqualTo(new Injection.Header("x-api-key", ""));
    Strictness.check(new Received("POST", "/v1/messages", headers(wire.headers()), wire.body()));
    var later = Map.of("content-type", "application/json", "anthropic-version", "2026-10-21");
    assertThatThrownBy(
            () -> Strictness.check(new Received("POST", "/v1/messages", later, wire.body())))
        .hasMessageContaining("sampling");
  }

  @TestFactory
  Stream<DynamicTest> encodesRequests() throws Exception {
    return Goldens.cases("requests", ".json", ".anthropic.json", this::encode);
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return Goldens.cases("replies", ".anthropic.json", ".chat.json", this::decode);
  }

  @TestFactory
  Stream<DynamicTest> decodesStreams() throws Exception {
    return Goldens.cases("streams", ".anthropic.sse", ".chat.sse", this::stream);
  }

  private String encode(byte[] chat) throws Exception {
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var wire = adapter.encode(ChatRequest.parse(chat), ATTEMPT);
      Strictness.check(new Received("POST", "/v1/messages", headers(wire.headers()), wire.body()));
      golden.set("body", Wire.object(wire.body()));
      var dropped = golden.putArray("dropped");
      wire.dropped().forEach(dropped::add);
    } catch (CannotCarryException e) {
      golden.put("refused", e.problem());
    }
    return Wire.pretty(golden);
  }

  private static Map<String, String> headers(Map<String, String> sent) {
    return Map.of(
        "content-type",
        "application/json",
        "anthropic-version",
        sent.getOrDefault("anthropic-version", ""));
  }

  private String decode(byte[] message) throws Exception {
    var reply =
        adapter.decode(
            new WireReply(200, Optional.empty(), message),
            ChatRequest.of(TestingProxy.chat("m")),
            ATTEMPT);
    return Goldens.reply(reply);
  }

  private String stream(byte[] recorded) throws Exception {
    var stream = adapter.stream(Goldens.streamed(), ATTEMPT);
    var reader = new SseReader(new ByteArrayInputStream(recorded), 1 << 20);
    return Goldens.pieces(stream, reader);
  }
}
