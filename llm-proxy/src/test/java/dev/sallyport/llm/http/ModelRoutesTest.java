package dev.sallyport.llm.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of models, and what they give beside answers. */
final class ModelRoutesTest {
  private final FakeProvider upstream = new FakeProvider().wants(TestingProxy.SECRET);
  private final TestingProxy testing = new TestingProxy();
  private final HttpClient client = HttpClient.newHttpClient();
  private TestingServer server;

  @BeforeEach
  void start() {
    testing
        .provider("openai", "openai", upstream.base())
        .deployment("fast-1", "fast", "openai", 0)
        .deployment("org-1", "vendor/model:x", "openai", 0)
        .deployment("secret-1", TestingProxy.MODEL_DENIED, "openai", 0);
    server = TestingRoutes.start(testing);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    testing.close();
    upstream.close();
    client.close();
  }

  /** R13: each client finds the list of models that its own provider would give. */
  @Test
  void tellsOfModelsInTheFormOfWhoAsks() throws Exception {
    var openAi = Wire.object(get("/v1/models").body());
    assertThat(openAi.path("object").asText()).isEqualTo("list");
    assertThat(openAi.at("/data/0/object").asText()).isEqualTo("model");

    var claude = request("/v1/models").header("anthropic-version", "2023-06-01").GET().build();
    var anthropic = Wire.object(client.send(claude, BodyHandlers.ofString()).body());
    assertThat(anthropic.at("/data/0/type").asText()).isEqualTo("model");
    assertThat(anthropic.at("/data/0/display_name").asText()).isEqualTo("fast");
    assertThat(anthropic.path("has_more").asBoolean(true)).isFalse();
    assertThat(anthropic.path("first_id").asText()).isEqualTo("fast");
    assertThat(anthropic.path("last_id").asText()).isEqualTo("vendor/model:x");

    var openRouter = Wire.object(get("/api/v1/models").body());
    assertThat(openRouter.path("data")).hasSize(2);
    assertThat(openRouter.at("/data/1/id").asText()).isEqualTo("vendor/model:x");
    assertThat(openRouter.at("/data/1/pricing/prompt").asText()).isEqualTo("0.000003");
    assertThat(openRouter.at("/data/1/pricing/completion").asText()).isEqualTo("0.000015");
    assertThat(openRouter.at("/data/1/supported_parameters")).isNotEmpty();
    assertThat(openRouter.at("/data/1/links/details").asText())
        .isEqualTo("/api/v1/models/vendor/model:x");
    assertThat(openRouter.path("total_count").asInt()).isEqualTo(2);
    assertThat(openRouter.at("/links/next").isNull()).isTrue();
    assertThat(openRouter.at("/data/1/supported_voices").isNull()).isTrue();
    assertThat(openRouter.at("/data/1/architecture/input_modalities/0").asText()).isEqualTo("text");
    testing.add(
        "Deployment", "free", "{\"alias\":\"a\",\"provider\":\"openai\",\"upstreamModel\":\"m\"}");
    assertThat(Wire.object(get("/api/v1/models/a").body()).at("/pricing/prompt").asText())
        .isEqualTo("-1");
  }

  /** OpenRouter's own client asks for page after page until one is not full. */
  @Test
  void givesOpenRoutersListInPages() throws Exception {
    var first = Wire.object(get("/api/v1/models?offset=0&limit=1&q=O").body());
    assertThat(ids(first)).containsExactly("vendor/model:x");
    assertThat(first.at("/links/next").isNull()).isTrue();

    testing.deployment("more-1", "vendor/other", "openai", 0);
    var some = Wire.object(get("/api/v1/models?limit=1&q=vendor%2F").body());
    assertThat(ids(some)).containsExactly("vendor/model:x");
    assertThat(some.path("total_count").asInt()).isEqualTo(2);
    assertThat(some.at("/links/next").asText())
        .isEqualTo("/api/v1/models?offset=1&limit=1&q=vendor%2F");
    var rest = Wire.object(get(some.at("/links/next").asText()).body());
    assertThat(ids(rest)).containsExactly("vendor/other");
    assertThat(rest.at("/links/next").isNull()).isTrue();
    assertThat(ids(Wire.object(get("/api/v1/models?offset=9&limit=500").body()))).isEmpty();
    assertThat(Wire.object(get("/api/v1/models/count").body()).at("/data/count").asInt())
        .isEqualTo(3);
    assertThat(ids(Wire.object(get("/api/v1/models/user?limit=1000").body()))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "q=FAST | fast",
        "supported_parameters=tools,temperature | cheap fast vendor/model:x",
        "supported_parameters=tools,seed | ",
        "output_modalities=all | cheap fast vendor/model:x",
        "output_modalities=image,text | cheap fast vendor/model:x",
        "output_modalities=image | ",
        "input_modalities=text | cheap fast vendor/model:x",
        "input_modalities=text,image | ",
        "model_authors=other,vendor | vendor/model:x",
        "min_price=3 | fast vendor/model:x",
        "min_price=3.000001 | ",
        "max_price=3 | cheap fast vendor/model:x",
        "max_price=2.999999 | cheap",
        "max_output_price=14.99 | cheap",
        "sort=pricing-low-to-high | cheap fast vendor/model:x",
        "sort=pricing-high-to-low | fast vendor/model:x cheap",
        "sort=newest | cheap fast vendor/model:x",
        "zdr=true | ",
        "region=eu | ",
        "context=1000 | ",
        "zdr=&category= | cheap fast vendor/model:x",
      })
  void findsTheModelsThatAClientOfOpenRouterAsksFor(String query, String found) throws Exception {
    testing.add(
        "Deployment",
        "cheap-1",
        "{\"alias\":\"cheap\",\"provider\":\"openai\",\"upstreamModel\":\"m\",\"price\":"
            + "{\"inputUsdPerMillion\":\"0.10\",\"outputUsdPerMillion\":\"0.20\"}}");
    var list = Wire.object(get("/api/v1/models?" + query).body());
    assertThat(String.join(" ", ids(list))).isEqualTo(found == null ? "" : found);
    assertThat(list.path("total_count").asInt()).isEqualTo(ids(list).size());
  }

  @Test
  void leavesOutOfAFilterByPriceAndPutsLastWhatHasNone() throws Exception {
    testing.add(
        "Deployment", "a-1", "{\"alias\":\"a\",\"provider\":\"openai\",\"upstreamModel\":\"m\"}");
    for (var order : List.of("low-to-high", "high-to-low")) {
      var sorted = Wire.object(get("/api/v1/models?sort=pricing-" + order).body());
      assertThat(ids(sorted)).containsExactly("fast", "vendor/model:x", "a");
    }
    assertThat(ids(Wire.object(get("/api/v1/models?min_price=0").body()))).doesNotContain("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/models?limit=0",
        "/api/v1/models?limit=1001",
        "/api/v1/models?offset=-1",
        "/api/v1/models?offset=x",
        "/api/v1/models?max_price=1e9",
        "/api/v1/models/count?min_price=-1",
      })
  void refusesNumbersOutOfBounds(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=1 | fast | true",
        "limit=1&after_id=fast | vendor/model:x | false",
        "after_id=vendor/model:x | | false",
        "limit=1&before_id=zzz | vendor/model:x | true",
        "before_id=fast | | false",
        "limit=1000 | fast vendor/model:x | false",
      })
  void givesAnthropicsListInPages(String query, String found, boolean more) throws Exception {
    var asked = request("/v1/models?" + query).header("anthropic-version", "2023-06-01");
    var list = Wire.object(client.send(asked.GET().build(), BodyHandlers.ofString()).body());
    assertThat(String.join(" ", ids(list))).isEqualTo(found == null ? "" : found);
    assertThat(list.path("has_more").asBoolean()).isEqualTo(more);
  }

  @Test
  void tellsOfAModelThatIsNotThereInTheFormOfWhoAsks() throws Exception {
    var asked = request("/v1/models/nothing").header("anthropic-version", "2023-06-01").GET();
    var answer = client.send(asked.build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Wire.object(answer.body()).path("type").asText()).isEqualTo("error");
    assertThat(Wire.object(answer.body()).at("/error/type").asText()).isEqualTo("not_found_error");
    assertThat(Wire.object(get("/v1/models/nothing").body()).at("/error/code").asText())
        .isEqualTo("unknown_model");
  }

  private static List<String> ids(JsonNode list) {
    return list.path("data").valueStream().map(one -> one.path("id").asText()).toList();
  }

  @Test
  void givesEmbeddingsUnderBothBases() throws Exception {
    upstream.lenient();
    for (var base : List.of("/v1", "/api/v1")) {
      upstream.answers(Script.json(200, "{\"data\":[{\"embedding\":\"AACAPw==\"}],\"x\":2.50}"));
      var answer = post(base + "/embeddings", "{\"model\":\"fast\",\"input\":\"Hi\"}");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).endsWith("\"x\":2.50}");
      assertThat(answer.headers().firstValue("Sallyport-Deployment")).contains("fast-1");
    }
    var refused = post("/v1/embeddings", "{\"model\":\"fast\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Wire.object(refused.body()).at("/error/code").asText())
        .isEqualTo("malformed_request");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri(path)).header("Authorization", "Bearer good");
  }
}
