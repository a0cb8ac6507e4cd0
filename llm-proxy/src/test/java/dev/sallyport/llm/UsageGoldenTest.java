package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.catalog.Tariff;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * R4: what a provider said it used, in units of ours, and what that costs. Each case is a file
 * under {@code golden/usage}: a whole answer ({@code body}), the events of a stream ({@code
 * events}), or units alone ({@code units}), for what no adapter reads.
 */
final class UsageGoldenTest {
  private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

  @TestFactory
  Stream<DynamicTest> countsAndPricesAsTheProviderDoes() throws Exception {
    var folder = Path.of(UsageGoldenTest.class.getResource("/golden/usage").toURI());
    try (var files = Files.list(folder)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  private static void check(Path file) throws Exception {
    var golden = Wire.object(Files.readString(file));
    var served = served(golden);
    var usage = served.usage().orElseThrow();

    var told = WireJson.MAPPER.createObjectNode();
    for (var unit : Unit.values()) {
      if (usage.of(unit) > 0) {
        told.put(unit.name().toLowerCase(Locale.ROOT), usage.of(unit));
      }
    }
    assertThat(told.toString()).isEqualTo(golden.path("usage").toString());
    assertThat(tariff(golden.path("price")).cost(usage, served.serviceTier()).usd())
        .isEqualByComparingTo(new BigDecimal(golden.path("cost_usd").textValue()));
    assertThat(ChatUsage.read(ChatUsage.of(usage))).contains(usage);
  }

  private static Served served(ObjectNode golden) throws Exception {
    if (golden.has("units")) {
      var usage = Usage.NONE;
      for (var unit : golden.path("units").properties()) {
        usage =
            usage.plus(
                Unit.valueOf(unit.getKey().toUpperCase(Locale.ROOT)), unit.getValue().asLong());
      }
      return new Served(Optional.empty(), Optional.empty(), Optional.of(usage));
    }
    var adapter = adapter(golden.path("protocol").textValue());
    var attempt = new Attempt("m", 4_096, false, NOW);
    if (golden.has("body")) {
      var reply =
          adapter.decode(
              new WireReply(200, Optional.empty(), WireJson.bytes(golden.path("body"))),
              ChatRequest.of(TestingProxy.chat("m")),
              attempt);
      return ((Reply.Completed) reply).served();
    }
    var stream = adapter.stream(ChatRequest.of(TestingProxy.streamed("m")), attempt);
    var frames = adapter.frames(new ByteArrayInputStream(sse(golden.path("events"))), 1 << 20);
    for (var frame = frames.next(); frame.isPresent(); frame = frames.next()) {
      var _ = stream.accept(frame.get());
    }
    return stream.served();
  }

  private static byte[] sse(JsonNode events) {
    var text = new StringBuilder();
    for (var event : events) {
      text.append("data: ")
          .append(event.isTextual() ? event.textValue() : event.toString())
          .append("\n\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ProviderAdapter adapter(String protocol) {
    return Wires.adapters().stream()
        .filter(one -> one.protocol().equals(protocol))
        .findFirst()
        .orElseThrow();
  }

  private static Tariff tariff(JsonNode price) throws InvalidResourcesException {
    var provider =
        new Resource(
            Resource.API_VERSION,
            "Provider",
            "p",
            Map.of(),
            Wire.object(
                "{\"protocol\":\"openai\",\"baseUrl\":\"%s\"}".formatted(URI.create("https://h"))));
    var spec = Wire.object("{\"alias\":\"a\",\"provider\":\"p\",\"upstreamModel\":\"m\"}");
    spec.set("price", price);
    var deployment = new Resource(Resource.API_VERSION, "Deployment", "d", Map.of(), spec);
    var catalog = new Catalog();
    catalog.prepare(new ResourceSet(List.of(provider, deployment))).activate();
    return catalog.deployments("a").getFirst().price().at(NOW).orElseThrow();
  }
}
