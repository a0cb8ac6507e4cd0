package dev.sallyport.llm.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Origins;
import dev.sallyport.identity.http.PublicAddress;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.http.ResourceMetadata;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import dev.sallyport.llm.Wires;
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
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
    var filter =
        new CallerFilter(
            new FixedTokens().with("good", "spiffe://prod/agent/ci").authenticator(),
            new Standing(testing.clock),
            new InMemoryTurns(testing.clock, TurnLimits.DEFAULT, _ -> {}),
            new Origins(Set.of()),
            new ResourceMetadata(PublicAddress.asRequested(), List::of),
            new RefusedAuthentications(testing.evidence, testing.clock),
            AuthenticationListener.silent());
    var routes =
        new LlmRoutes(
            testing.proxy,
            Wires.skins(testing.clock),
            (_, _) -> Optional.empty(),
            testing.evidence,
            testing.config);
    server = new TestingServer(routing -> routing.addFilter(filter).register(routes));
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
