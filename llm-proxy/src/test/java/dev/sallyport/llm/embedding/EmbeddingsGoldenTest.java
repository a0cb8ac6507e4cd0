package dev.sallyport.llm.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.bedrock.BedrockAdapter;
import dev.sallyport.llm.gemini.GeminiAdapter;
import dev.sallyport.llm.gemini.VertexAdapter;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Wire;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One request for embeddings on every wire that has other words for it, and their answers. */
final class EmbeddingsGoldenTest {
  private static final Site CLOUD =
      new Site(
          Optional.of("acme-prod"),
          Optional.of("europe-west4"),
          Optional.empty(),
          Optional.empty(),
          Site.Api.CHAT,
          Quirks.NONE);

  private static final List<On> WIRES =
      List.of(
          new On("gemini", new GeminiAdapter(), "gemini-embedding-001"),
          new On("vertex", new VertexAdapter(), "text-embedding-005"),
          new On("vertex_gemini", new VertexAdapter(), "gemini-embedding-001"),
          new On("vertex_gemini_2", new VertexAdapter(), "gemini-embedding-2-preview"),
          new On("titan", new BedrockAdapter(), "amazon.titan-embed-text-v2:0"),
          new On("titan_1", new BedrockAdapter(), "amazon.titan-embed-text-v1"),
          new On("cohere", new BedrockAdapter(), "eu.cohere.embed-v4:0"),
          new On("cohere_3", new BedrockAdapter(), "cohere.embed-multilingual-v3"),
          new On("nova", new BedrockAdapter(), "amazon.nova-lite-v1:0"));

  @TestFactory
  Stream<DynamicTest> encodesRequests() throws Exception {
    return Goldens.cases(
        "embeddings/requests", ".json", ".wires.json", EmbeddingsGoldenTest::wires);
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return Goldens.cases("embeddings/replies", ".wire.json", ".openai.json", this::answer);
  }

  @Test
  void carriesAsManyTextsToCohereAsItTakes() throws Exception {
    var cohere = WIRES.get(6);
    var most = asking(96);
    assertThat(Wire.object(cohere.passage().encode(most, cohere.attempt()).body()).path("texts"))
        .hasSize(96);
    assertThatThrownBy(() -> cohere.passage().encode(asking(97), cohere.attempt()))
        .isInstanceOf(CannotCarryException.class);
  }

  private static JsonBody asking(int texts) {
    var asked = JsonNodeFactory.instance.objectNode().put("model", "e");
    var input = asked.putArray("input");
    for (int i = 0; i < texts; i++) {
      input.add("t" + i);
    }
    return JsonBody.of(asked);
  }

  private static String wires(byte[] asked) {
    var own = JsonBody.parse(asked);
    var golden = JsonNodeFactory.instance.objectNode();
    WIRES.forEach(on -> golden.set(on.name, wire(on, own)));
    return Wire.pretty(golden);
  }

  private static ObjectNode wire(On on, JsonBody own) {
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var wire = on.passage().encode(own, on.attempt());
      golden.put("path", wire.path());
      golden.set("body", Wire.object(wire.body()));
      if (!wire.dropped().isEmpty()) {
        wire.dropped().forEach(golden.putArray("dropped")::add);
      }
    } catch (CannotCarryException e) {
      golden.put("refused", e.problem());
    }
    return golden;
  }

  /** What is given says on which wire, what was asked, and what came. */
  private String answer(byte[] given) {
    var one = Wire.object(given);
    var on =
        WIRES.stream()
            .filter(wire -> wire.name.equals(one.path("wire").asText()))
            .findFirst()
            .orElseThrow();
    var own = JsonBody.of((ObjectNode) one.path("asked"));
    try {
      return Goldens.reply(on.passage().decode(reply(one), own, on.attempt()));
    } catch (MalformedReplyException e) {
      return "malformed: " + e.getMessage();
    }
  }

  private static WireReply reply(JsonNode given) {
    var counted = given.path("tokensIn");
    return new WireReply(
        given.path("status").asInt(200),
        Optional.empty(),
        Optional.empty(),
        counted.isNumber() ? Optional.of(counted.asLong()) : Optional.empty(),
        WireJson.bytes(given.path("body")));
  }

  private record On(String name, ProviderAdapter adapter, String model) {
    Passage passage() {
      return adapter.passage(Form.EMBEDDINGS, CLOUD).orElseThrow();
    }

    Attempt attempt() {
      return new Attempt(model, 4_096, false, Instant.EPOCH, Form.EMBEDDINGS, CLOUD);
    }
  }
}
