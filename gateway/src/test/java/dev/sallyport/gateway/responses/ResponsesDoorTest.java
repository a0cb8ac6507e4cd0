package dev.sallyport.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One path, two doors: what names a server of MCP is a turn, all else a question to a model. */
final class ResponsesDoorTest {
  private static final String MCP =
      ",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"sallyport\"}]";

  @TempDir private Path folder;
  private final FakeProvider model = new FakeProvider();
  private TestingGateway gateway;

  @BeforeEach
  void open() {
    gateway = TestingGateway.start(folder);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: Credential
        metadata: {name: model}
        spec: {kind: secret, value: model-secret, providers: [gpt]}
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: gpt}
        spec: {protocol: openai, baseUrl: '%s', credential: model}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: gpt}
        spec: {alias: gpt, provider: gpt, upstreamModel: gpt-4o}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: other}
        spec: {alias: other, provider: gpt, upstreamModel: gpt-4o}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          models: {allow: [gpt]}
        """
            .formatted(model.base()));
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
    model.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/responses", "/api/v1/responses"})
  void isAQuestionToAModelWithoutServers(String path) {
    var answer = post(path, "gpt", "");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var response = TestingGateway.read(answer.body());
    assertThat(response.path("object").asText()).isEqualTo("response");
    assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo(CannedAnswers.TEXT);
    assertThat(answer.headers().firstValue("Sallyport-Deployment")).contains("gpt");
    assertThat(answer.headers().firstValue("Sallyport-Call")).isPresent();
    assertThat(model.last().json().has("stream")).isFalse();
    var again = post(path, "gpt", "");
    assertThat(again.headers().allValues("Sallyport-Turn"))
        .isEqualTo(answer.headers().allValues("Sallyport-Turn"))
        .hasSize(1);
  }

  @Test
  void streamsTheAnswerOfAModel() {
    var answer = post("/v1/responses", "gpt", ",\"stream\":true,\"x_unknown\":1");

    assertThat(answer.body())
        .startsWith("event: response.created\ndata: {")
        .contains("event: response.output_text.delta")
        .doesNotContain("[DONE]");
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains("event-stream");
    assertThat(answer.headers().firstValue("Sallyport-Dropped-Params")).contains("x_unknown");
  }

  @Test
  void isATurnOfItsOwnWithServers() {
    var answer = post("/v1/responses", "gpt", MCP);
    var again = post("/v1/responses", "gpt", MCP);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(TestingGateway.read(answer.body()).at("/output/0/type").asText())
        .isEqualTo("mcp_list_tools");
    assertThat(model.last().json().path("stream").asBoolean()).isTrue();
    assertThat(again.headers().firstValue("Sallyport-Turn"))
        .isPresent()
        .isNotEqualTo(answer.headers().firstValue("Sallyport-Turn"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", MCP})
  void doesNotTellAModelThatIsNotGrantedFromOneThatIsNot(String more) {
    var denied = post("/v1/responses", "other", more);
    var missing = post("/v1/responses", "none", more);

    assertThat(denied.statusCode()).isEqualTo(404);
    assertThat(denied.body()).isEqualTo(missing.body()).contains("unknown_model");
    assertThat(model.received()).isEmpty();
  }

  private HttpResponse<String> post(String path, String alias, String more) {
    var body = "{\"model\":\"%s\",\"input\":\"Hi\"%s}".formatted(alias, more);
    return gateway.post(path, gateway.svid("/agent/ci"), body);
  }
}
