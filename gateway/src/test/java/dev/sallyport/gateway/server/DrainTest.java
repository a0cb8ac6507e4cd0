package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainTest {
  private static final String PAGE = "http://localhost:6274";
  private static final String STREAMED =
      "{\"model\":\"fast\",\"stream\":true,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private static final String LISTEN =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{"
          + "\"notifications\":{\"toolsListChanged\":true},\"_meta\":{"
          + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

  /** How long it drains, which is longer than any test waits for its end. */
  private static final Map<ConfigKey, String> LONG = Map.of(ConfigKey.DRAIN_SECONDS, "300");

  @TempDir private Path folder;

  @Test
  void letsARequestUnderWayEndAndTakesNoOther() throws IOException, InterruptedException {
    var release = new CountDownLatch(1);
    try (var provider = new FakeProvider();
        var http = HttpClient.newHttpClient();
        var gateway = TestingGateway.start(folder, LONG, Map.of())) {
      provider.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(2, release));
      setUp(gateway, provider);
      var stream = http.send(streamed(gateway), BodyHandlers.ofInputStream()).body();
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      assertThat(lines.readLine()).startsWith("data: ");

      var stopped = CompletableFuture.runAsync(gateway.gateway()::close);
      awaitNotReady(gateway);
      var refused =
          gateway.send(
              HttpRequest.newBuilder(gateway.data().resolve("/v1/models"))
                  .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
                  .header("Origin", PAGE)
                  .build());

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).contains(PAGE);
      assertThat(refused.headers().firstValue("Connection")).contains("close");
      assertThat(stopped).isNotDone();
      release.countDown();
      assertThat(lines.lines().toList()).contains("data: [DONE]");
      stopped.orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  @Test
  void endsThoseWhoOnlyListenAtOnce() throws IOException, InterruptedException {
    try (var provider = new FakeProvider();
        var http = HttpClient.newHttpClient();
        var gateway = TestingGateway.start(folder, LONG, Map.of())) {
      setUp(gateway, provider);
      var stream = http.send(listening(gateway), BodyHandlers.ofInputStream()).body();
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      assertThat(lines.readLine()).contains("subscriptions/acknowledged");
      try (var deaf = new Socket(gateway.data().getHost(), gateway.data().getPort())) {
        deaf.getOutputStream().write(asText(gateway).getBytes(StandardCharsets.US_ASCII));
        assertThat(deaf.getInputStream().read()).isEqualTo('H'); // and nothing more is read

        var stopped = CompletableFuture.runAsync(gateway.gateway()::close);

        assertThat(lines.lines().toList()).anyMatch(line -> line.contains("\"result\""));
        stopped.orTimeout(60, TimeUnit.SECONDS).join();
      }
    }
  }

  private static HttpRequest listening(TestingGateway gateway) {
    return HttpRequest.newBuilder(gateway.data().resolve("/mcp"))
        .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "subscriptions/listen")
        .POST(BodyPublishers.ofString(LISTEN))
        .build();
  }

  private static String asText(TestingGateway gateway) {
    var request = listening(gateway);
    var text = new StringBuilder("POST /mcp HTTP/1.1\r\nHost: localhost\r\n");
    request
        .headers()
        .map()
        .forEach((name, values) ->
            text.append(name).append(": ").append(values.getFirst()).append("\r\n"));
    return text.append("Content-Length: ")
        .append(LISTEN.length())
        .append("\r\n\r\n")
        .append(LISTEN)
        .toString();
  }

  private static void awaitNotReady(TestingGateway gateway) {
    while (gateway.get("/health/ready", "").statusCode() == 200) {
      Thread.onSpinWait();
    }
  }

  private static HttpRequest streamed(TestingGateway gateway) {
    return HttpRequest.newBuilder(gateway.data().resolve("/v1/chat/completions"))
        .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(STREAMED))
        .build();
  }

  private static void setUp(TestingGateway gateway, FakeProvider provider) {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: main}
        spec: {protocol: openai, baseUrl: "%s"}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: fast}
        spec: {alias: fast, provider: main, upstreamModel: gpt-test}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec: {identity: {workload: "spiffe://prod/agent/ci"}, models: {allow: [fast]}}
        """
            .formatted(provider.base()));
  }
}
