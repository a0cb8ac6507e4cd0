package dev.sallyport.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Answers that pass in the form in which they came. Each case is a pair of files under {@code
 * golden/passages}: whose answer it is, in which form, and what of it goes on. Add a pair to add a
 * case.
 */
final class PassageGoldenTest {
  private static final JsonBody ASKED = JsonBody.of(Wire.object("{\"model\":\"m\"}"));

  private static final Site RESPONSES =
      new Site(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Site.Api.RESPONSES,
          Quirks.NONE);

  @TestFactory
  Stream<DynamicTest> passesReplies() throws Exception {
    return Goldens.cases(
        "passages/replies", ".json", ".passed.json", given -> reply(Wire.object(given)));
  }

  @TestFactory
  Stream<DynamicTest> passesStreams() throws Exception {
    return Goldens.cases(
        "passages/streams", ".json", ".passed.sse", given -> stream(Wire.object(given)));
  }

  private static String reply(JsonNode given) throws Exception {
    var came = new WireReply(200, Optional.empty(), WireJson.bytes(given.path("reply")));
    return Goldens.reply(passage(given).decode(came, ASKED, attempt(given)));
  }

  private static String stream(JsonNode given) throws Exception {
    var recorded = new StringBuilder();
    for (var event : given.path("events")) {
      recorded.append("event: ").append(event.path("type").asText()).append('\n');
      recorded.append("data: ").append(event).append("\n\n");
    }
    var bytes = recorded.toString().getBytes(StandardCharsets.UTF_8);
    return Goldens.pieces(
        passage(given).stream(ASKED, attempt(given)),
        adapter(given).frames(new ByteArrayInputStream(bytes), 1 << 20));
  }

  private static Passage passage(JsonNode given) {
    return adapter(given).passage(form(given), attempt(given).site()).orElseThrow();
  }

  private static ProviderAdapter adapter(JsonNode given) {
    return Wires.adapters().stream()
        .filter(one -> one.protocol().equals(given.path("protocol").asText()))
        .findFirst()
        .orElseThrow();
  }

  private static Form form(JsonNode given) {
    return Form.valueOf(given.path("form").asText());
  }

  private static Attempt attempt(JsonNode given) {
    return new Attempt(
        "up",
        4_096,
        false,
        Instant.ofEpochSecond(1_763_700_000),
        form(given),
        form(given) == Form.RESPONSES ? RESPONSES : Site.PLAIN);
  }
}
