package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Sites;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case is a pair of files under {@code golden/openai}: who asks whom for what, and what then
 * goes over the wire. Add a pair to add a case.
 */
final class GoldenTest {
  private static final Map<String, ProviderAdapter> ADAPTERS =
      Map.of(
          "openai", new OpenAiAdapter(),
          "azure-openai", OpenAiAdapter.azure(),
          "openrouter", new OpenRouterAdapter());

  @TestFactory
  Stream<DynamicTest> encodesRequests() throws Exception {
    return Goldens.cases(
        "openai/requests", ".json", ".wire.json", given -> encode(Wire.object(given)));
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return Goldens.cases(
        "openai/replies", ".json", ".chat.json", given -> decode(Wire.object(given)));
  }

  @TestFactory
  Stream<DynamicTest> decodesStreams() throws Exception {
    return Goldens.cases(
        "openai/streams", ".json", ".chat.sse", given -> stream(Wire.object(given)));
  }

  private static String encode(JsonNode given) throws Exception {
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var wire =
          adapter(given)
              .encode(ChatRequest.parse(WireJson.bytes(given.path("request"))), attempt(given));
      golden.put("path", wire.path());
      golden.set("body", Wire.object(wire.body()));
      var dropped = golden.putArray("dropped");
      wire.dropped().forEach(dropped::add);
    } catch (CannotCarryException e) {
      golden.put("refused", e.problem());
    }
    return Wire.pretty(golden);
  }

  private static String decode(JsonNode given) throws Exception {
    var wire =
        new WireReply(
            given.path("status").asInt(200), Optional.empty(), WireJson.bytes(given.path("reply")));
    return switch (adapter(given)
        .decode(wire, ChatRequest.of(TestingProxy.chat("m")), attempt(given))) {
      case Reply.Completed(byte[] body, var served) -> {
        var golden = JsonNodeFactory.instance.objectNode();
        golden.set("body", Wire.object(body));
        golden.put("served", said(served));
        yield Wire.pretty(golden);
      }
      case Reply.Failed(var failure) ->
          Wire.pretty(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("failed", failure.kind().name())
                  .put("complaint", failure.complaint().map(Object::toString).orElse("none")));
    };
  }

  private static String stream(JsonNode given) throws Exception {
    var stream = adapter(given).stream(Goldens.streamed(), attempt(given));
    var recorded = new StringBuilder();
    for (var event : given.path("events")) {
      recorded.append(event.isTextual() ? event.textValue() : "data: " + event).append("\n\n");
    }
    var reader =
        new SseReader(
            new ByteArrayInputStream(recorded.toString().getBytes(StandardCharsets.UTF_8)),
            1 << 20);
    return Goldens.pieces(stream, reader) + ": served " + said(stream.served());
  }

  private static String said(Served served) {
    return served.usage().map(Object::toString).orElse("no usage");
  }

  private static ProviderAdapter adapter(JsonNode given) {
    return Objects.requireNonNull(ADAPTERS.get(given.at("/provider/protocol").asText()));
  }

  private static Attempt attempt(JsonNode given) {
    return new Attempt(
        given.path("model").asText("up"),
        4_096,
        given.path("limited").asBoolean(),
        Instant.ofEpochSecond(1_763_700_000),
        Form.valueOf(given.path("from").asText("CHAT")),
        Sites.of(given.path("provider").toString()).site());
  }
}
