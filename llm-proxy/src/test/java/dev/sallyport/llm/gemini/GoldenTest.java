package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.kit.Received;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.GeminiRules;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case is a pair of files under {@code golden/gemini}: add a pair to add a case. A request
 * goes to the model that it names, on the Gemini API and on Vertex AI.
 */
final class GoldenTest {
  static final Site CLOUD =
      new Site(
          Optional.of("acme-prod"),
          Optional.of("europe-west4"),
          Optional.empty(),
          Optional.empty(),
          Site.Api.CHAT,
          Quirks.NONE);

  private static final Map<String, String> HEADERS = Map.of("content-type", "application/json");

  private final ProviderAdapter gemini = new GeminiAdapter();
  private final ProviderAdapter vertex = new VertexAdapter();

  @TestFactory
  Stream<DynamicTest> encodesRequests() throws Exception {
    return Goldens.cases("gemini/requests", ".json", ".gemini.json", this::encode);
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return Goldens.cases("gemini/replies", ".gemini.json", ".chat.json", this::decode);
  }

  @TestFactory
  Stream<DynamicTest> decodesStreams() throws Exception {
    return Goldens.cases("gemini/streams", ".gemini.sse", ".chat.sse", this::stream);
  }

  static Attempt attempt(String model, Site site) {
    return new Attempt(model, 4_096, false, Instant.ofEpochSecond(1_763_700_000), Form.CHAT, site);
  }

  private String encode(byte[] chat) throws Exception {
    var request = ChatRequest.parse(chat);
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var wire = gemini.encode(request, attempt(request.model(), Site.PLAIN));
      var onCloud = vertex.encode(request, attempt(request.model(), CLOUD));
      assertThat(Wire.object(onCloud.body())).isEqualTo(withoutIds(Wire.object(wire.body())));
      for (var one : List.of(wire, onCloud)) {
        GeminiRules.check(new Received("POST", "/v1" + one.path(), HEADERS, one.body()));
      }
      golden.put("path", wire.path());
      golden.set("body", Wire.object(wire.body()));
      wire.dropped().forEach(golden.putArray("dropped")::add);
    } catch (CannotCarryException e) {
      golden.put("refused", e.problem());
    }
    return Wire.pretty(golden);
  }

  private String decode(byte[] answer) {
    var attempt = attempt("gemini-asked", Site.PLAIN);
    try {
      return Goldens.reply(
          gemini.decode(
              new WireReply(200, Optional.empty(), answer),
              ChatRequest.of(TestingProxy.chat("m")),
              attempt));
    } catch (MalformedReplyException e) {
      return "malformed: " + e.getMessage();
    }
  }

  private String stream(byte[] recorded) throws Exception {
    var stream = gemini.stream(Goldens.streamed(), attempt("gemini-asked", Site.PLAIN));
    var reader = new SseReader(new ByteArrayInputStream(recorded), 1 << 20);
    var out = new StringBuilder(Goldens.pieces(stream, reader));
    var last = stream.end();
    last.forEach(piece -> out.append(Goldens.piece(piece)));
    return out.append(last.isEmpty() ? ": broke off\n" : "").toString();
  }

  /** As Vertex AI takes it, which knows no ids of calls. */
  private static ObjectNode withoutIds(ObjectNode body) {
    for (var kind : List.of("functionCall", "functionResponse")) {
      body.findValues(kind).forEach(named -> ((ObjectNode) named).remove("id"));
    }
    return body;
  }
}
