package dev.sallyport.mcp.upstream;

import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.upstream.StdioUpstreamTest.toolCall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.CallScript;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.provider.Arguments;

/** A server over Streamable HTTP, and the upstream that calls it. */
abstract class HttpUpstreamScene {
  static final int LARGEST = 100_000;
  static final String SECRET = "s3cr3t-token-of-the-crm-000";

  final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());
  final TestingMcpServer server = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");
  final HttpUpstream upstream = upstream(server, Duration.ofSeconds(20));
  final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() {
    end.countDown();
    server.close();
    client.close();
  }

  /** A loan as the real vault makes it. */
  static final class Loan implements Lent {
    private final Redactor redactor = new SecretRedactor(Automaton.of(SECRET), "crm");

    @Override
    public Map<String, String> headers() {
      return Map.of();
    }

    @Override
    public Map<String, String> variables() {
      return Map.of();
    }

    @Override
    public Redactor redactor() {
      return redactor;
    }

    @Override
    public void close() {}
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("killed", RefusalCode.UPSTREAM_UNAVAILABLE, (_, exchange, _) -> exchange.close()),
        fault("malformed", RefusalCode.UPSTREAM_MALFORMED, raw(200, "application/json", "{\"x\"")),
        fault("empty", RefusalCode.UPSTREAM_MALFORMED, raw(200, "application/json", "")),
        fault("html", RefusalCode.UPSTREAM_MALFORMED, raw(200, "text/html", "<p>hi")),
        fault("batch", RefusalCode.UPSTREAM_MALFORMED, raw(200, "application/json", "[]")),
        fault("accepted", RefusalCode.UPSTREAM_REJECTED, raw(202, "text/plain", "")),
        fault("redirect", RefusalCode.UPSTREAM_REJECTED, raw(307, "text/plain", "")),
        fault("unauthorized", RefusalCode.UPSTREAM_REJECTED, raw(401, "text/plain", "")),
        fault("forbidden", RefusalCode.UPSTREAM_REJECTED, raw(403, "application/json", "{}")),
        fault("broken", RefusalCode.UPSTREAM_UNAVAILABLE, raw(500, "text/plain", "stack trace")),
        fault("busy", RefusalCode.UPSTREAM_UNAVAILABLE, raw(429, "text/plain", "")),
        fault(
            "giant",
            RefusalCode.RESULT_TOO_LARGE,
            raw(200, "application/json", "{\"x\":\"" + "x".repeat(2 * LARGEST) + "\"}")),
        fault(
            "giant event",
            RefusalCode.RESULT_TOO_LARGE,
            raw(200, "text/event-stream", "data: " + "x".repeat(2 * LARGEST) + "\n\n")),
        fault(
            "stream cut",
            RefusalCode.UPSTREAM_UNAVAILABLE,
            raw(200, "text/event-stream", "data: {\"jsonrpc\":\"2.0\",")),
        fault(
            "wrong id",
            RefusalCode.UPSTREAM_MALFORMED,
            (_, exchange, request) -> {
              var other = ((ObjectNode) request).deepCopy().put("id", 424_242);
              TestingMcpServer.send(exchange, 200, response(other, Json.object()));
            }),
        fault(
            "id as a text",
            RefusalCode.UPSTREAM_MALFORMED,
            (_, exchange, request) -> {
              var other = ((ObjectNode) request).deepCopy().put("id", request.path("id").asText());
              TestingMcpServer.send(exchange, 200, response(other, Json.object()));
            }),
        fault(
            "hidden twice",
            RefusalCode.UPSTREAM_MALFORMED,
            raw(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":3,\"id\":4,\"result\":{}}")));
  }

  void waitForTheEnd() {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  HttpUpstream upstream(TestingMcpServer to, Duration timeout) {
    return new HttpUpstream(
        new HttpSettings(
            "test", to.url(), Optional.empty(), timeout, LARGEST, new AnswerMemory(1 << 24)),
        client,
        () -> {});
  }

  static HttpSettings settings(TestingMcpServer to) {
    return new HttpSettings(
        "test",
        to.url(),
        Optional.empty(),
        Duration.ofSeconds(20),
        LARGEST,
        new AnswerMemory(1 << 24));
  }

  /** What a server can do that has tools alone. */
  static ObjectNode tools() {
    var able = Json.object();
    able.putObject("tools");
    return able;
  }

  static JsonNode call(HttpUpstream upstream) {
    var call = toolCall("echo", Json.object().put("text", "hello"));
    return switch (upstream.ask(call, Lent.nothing(), Conversation.none())) {
      case UpstreamAnswer.Result(var result, _, _) -> result;
      case UpstreamAnswer.Failure(var error, _, _) -> throw new AssertionError(error);
    };
  }

  static Arguments fault(String name, RefusalCode code, CallScript script) {
    return Arguments.of(name, code, script);
  }

  static CallScript raw(int status, String type, String body) {
    return (_, exchange, _) -> TestingMcpServer.sendRaw(exchange, status, type, body);
  }
}
