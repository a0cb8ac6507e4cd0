package dev.sallyport.llm.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients are told of what an answer cost. */
final class ToldCostTest {
  private static final String OPENAI = "/v1/chat/completions";
  private static final String OPENROUTER = "/api/v1/chat/completions";

  private final FakeProvider upstream = new FakeProvider().wants(TestingProxy.SECRET);
  private final TestingProxy testing = new TestingProxy();
  private final HttpClient client = HttpClient.newHttpClient();
  private TestingServer server;

  @BeforeEach
  void start() {
    testing.provider("openai", "openai", upstream.base()).deployment("d", "fast", "openai", 0);
    testing.add(
        "Deployment", "f", "{\"alias\":\"new\",\"provider\":\"openai\",\"upstreamModel\":\"m\"}");
    server = TestingRoutes.start(testing);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    testing.close();
    upstream.close();
    client.close();
  }

  @Test
  void tellsItInAHeaderAndToClientsOfOpenRouterInTheUsage() throws Exception {
    var plain = post(OPENAI, TestingProxy.chat("fast").toString());
    assertThat(plain.headers().firstValue("Sallyport-Cost-Usd")).contains("0.000135");
    assertThat(Wire.object(plain.body()).at("/usage/cost").isMissingNode()).isTrue();

    var told = post(OPENROUTER, TestingProxy.chat("fast").toString());
    var usage = Wire.object(told.body()).path("usage");
    assertThat(usage.path("cost").decimalValue()).isEqualByComparingTo("0.000135");
    assertThat(told.body()).contains("\"x_unknown\":2.50"); // all else byte by byte
  }

  @Test
  void tellsItInTheLastChunkWhetherUsageWasAskedForOrNot() throws Exception {
    var streamed = TestingProxy.streamed("fast");
    var told = post(OPENROUTER, streamed.toString());
    var usage =
        told.body()
            .lines()
            .filter(line -> line.contains("\"usage\":{"))
            .map(line -> Wire.object(line.substring(6)).path("usage"))
            .toList();
    assertThat(usage).hasSize(1);
    assertThat(usage.getFirst().path("cost").decimalValue())
        .isEqualByComparingTo(new BigDecimal("0.000135"));
    assertThat(told.body()).endsWith("data: [DONE]\n\n");

    assertThat(post(OPENAI, streamed.toString()).body()).doesNotContain("\"usage\":{", "cost");
  }

  @Test
  void saysNothingWhereItIsNotKnown() throws Exception {
    var answer = post(OPENROUTER, TestingProxy.chat("new").toString());
    assertThat(answer.headers().firstValue("Sallyport-Cost-Usd")).isEmpty();
    assertThat(answer.body()).contains("\"usage\"").doesNotContain("cost");
  }

  @Test
  void leavesAnAnswerAsItIsThatHasNoUsageOrTellsAThingTwice() throws Exception {
    for (var usage : new String[] {"\"a\":1", "\"usage\":null", "\"a\":1,\"a\":2,\"usage\":{}"}) {
      var body =
          "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],"
              + usage
              + "}";
      upstream.answers(Script.json(200, body));
      assertThat(post(OPENROUTER, TestingProxy.chat("fast").toString()).body())
          .doesNotContain("cost")
          .contains(usage);
    }
    for (var frame :
        new String[] {
          ": usage\n\n",
          "data: not json \"usage\":{\n\n",
          "data: {}\ndata: \"usage\":{}\n\n",
          CannedAnswers.OPENAI_STREAM
        }) {
      var bytes = frame.getBytes(StandardCharsets.UTF_8);
      assertThat(OpenRouterShape.inFrame(bytes, () -> Optional.of(BigDecimal.ONE)))
          .isEqualTo(bytes);
    }
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Authorization", "Bearer good")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
