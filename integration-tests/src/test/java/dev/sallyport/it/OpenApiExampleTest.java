package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingApi;
import dev.sallyport.mcp.testing.TestingApi.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of an HTTP API, as it stands, against one that runs. */
class OpenApiExampleTest {
  private static final String SECRET = "canary-weather-4d1f77c0";
  private static final Duration SETTLE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final TestingApi api = new TestingApi();
  private TestingGateway gateway;
  private McpCaller agent;

  @BeforeEach
  void apply() throws InterruptedException {
    gateway = TestingGateway.start(folder, Map.of(), Map.of("WEATHER_KEY", SECRET));
    var yaml =
        Documents.read("examples/openapi.yaml")
            .replace("http://127.0.0.1:9100", api.uri("").toString());
    var applied = gateway.apply(yaml);
    var key = applied.at("/shownOnce/VirtualKey~1forecaster/key").asText();
    agent = new McpCaller(gateway.data().resolve("/mcp/weather"), key);
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
  }

  @AfterEach
  void close() {
    gateway.close();
    api.close();
  }

  @Test
  void callsTheApiWithItsKeyOnceThatWasApproved() {
    api.answering(seen ->
        Answer.json(
            "{\"degrees\": 21.5, \"words\": \"Sun. Key %s\"}"
                .formatted(seen.header("X-Weather-Key"))));
    assertThat(call(arguments()).at("/error/data/code").asText()).isEqualTo("unknown_tool");
    approve();

    var answer = call(arguments());

    var seen = api.last();
    assertThat(seen.method() + " " + seen.target())
        .isEqualTo("GET /v1/places/Bad%20Ischl/forecast?days=3");
    assertThat(seen.header("X-Weather-Key")).isEqualTo(SECRET);
    assertThat(seen.all().split(SECRET, -1)).hasSize(2);
    assertThat(answer.at("/result/structuredContent/degrees").decimalValue()).isEqualTo("21.5");
    assertThat(answer.at("/result/structuredContent/words").asText()).startsWith("{{");
    assertThat(answer.toString()).doesNotContain(SECRET).doesNotContain("Sun");
    assertThat(gateway.admin().get("/admin/evidence?last=50").orFail().toString())
        .contains("getForecast", "server:weather")
        .doesNotContain(SECRET);
  }

  @Test
  void callsNothingThatWasNotGrantedOrCannotBeWritten() {
    approve();

    assertThat(
            agent
                .call("addAlarm", JsonNodeFactory.instance.objectNode())
                .json()
                .at("/error/data/code")
                .asText())
        .isEqualTo("unknown_tool");
    assertThat(call(arguments().put("place", "../../admin")).toString())
        .contains("invalid_arguments");
    assertThat(call(arguments().put("days", 9)).toString()).contains("invalid_arguments");
    assertThat(api.seen()).isEmpty();
  }

  private static ObjectNode arguments() {
    return JsonNodeFactory.instance.objectNode().put("place", "Bad Ischl").put("days", 3);
  }

  private JsonNode call(ObjectNode arguments) {
    return agent.call("getForecast", arguments).json();
  }

  private void approve() {
    var all = JsonNodeFactory.instance.objectNode();
    var tools = all.putArray("tools");
    for (var item : gateway.admin().get("/admin/tools?status=pending").orFail().path("items")) {
      tools
          .addObject()
          .put("tool", item.path("tool").asText())
          .put("digest", item.path("digest").asText());
    }
    gateway.admin().post("/admin/tools/weather/approve", all).orFail();
  }
}
