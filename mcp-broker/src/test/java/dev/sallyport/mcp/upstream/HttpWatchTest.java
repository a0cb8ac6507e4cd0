package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingStream.notification;
import static dev.sallyport.mcp.testing.TestingStream.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.upstream.UpstreamContract.Told;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWatchTest extends HttpUpstreamScene {
  private static final Interests ALL = new Interests(true, Set.of("file:///a"));
  private static final String ID = "io.modelcontextprotocol/subscriptionId";

  @Test
  void watchesInASessionOfItsOwnAndEndsIt() throws Exception {
    server.answerStreams((_, exchange, _) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.send(notification("notifications/tools/list_changed", Json.object()));
        stream.send(notification("notifications/message", Json.object()));
        stream.send(question(IntNode.valueOf(1), "roots/list", Json.object()));
      }
    });
    upstream.inspect(Lent.nothing());
    var told = new Told();

    assertThat(upstream.watch(ALL, Lent.nothing(), told)).isTrue();

    assertThat(told.next()).isEqualTo("watching [file:///a]");
    assertThat(told.next()).isEqualTo("list changed");
    assertThat(server.seen("resources/subscribe")).hasSize(1);
    assertThat(server.seen("initialize")).hasSize(3);
    assertThat(server.sessions()).hasSize(2);
    assertThat(server.seen(""))
        .filteredOn(seen -> seen.httpMethod().equals("POST"))
        .singleElement()
        .satisfies(seen -> assertThat(seen.all()).contains("-32601"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 406, 501})
  void saysThatAServerTellsNothing(int status) {
    server.answerStreams(raw(status, "text/plain", ""));

    assertThat(upstream.watch(ALL, Lent.nothing(), new Told())).isFalse();
  }

  @Test
  void saysThatAServerWithoutSessionsTellsNothing() {
    try (var stateless = TestingMcpServer.speaking(Era.STATELESS)) {
      stateless.answerStreams((_, exchange, request) ->
          TestingMcpServer.send(exchange, 404, TestingMcpServer.failure(request, -32601, "no")));
      var to = upstream(stateless, Duration.ofSeconds(20));

      assertThat(to.watch(ALL, Lent.nothing(), new Told())).isFalse();
    }
  }

  @Test
  void endsWithTheResultOfTheRequest() throws Exception {
    try (var stateless = TestingMcpServer.speaking(Era.STATELESS)) {
      stateless.answerStreams((_, exchange, request) -> {
        try (var stream = new TestingStream(stateless, exchange)) {
          stream.send(tagged(request, "notifications/subscriptions/acknowledged"));
          stream.send(TestingMcpServer.response(request, Json.object()));
          waitForTheEnd();
        }
      });
      var told = new Told();

      assertThat(upstream(stateless, Duration.ofSeconds(20)).watch(ALL, Lent.nothing(), told))
          .isTrue();
      assertThat(told.next()).isEqualTo("watching []");
      var listen = stateless.seen("subscriptions/listen").getFirst();
      assertThat(listen.body().at("/params/notifications"))
          .hasToString(
              "{\"toolsListChanged\":true,\"promptsListChanged\":true,"
                  + "\"resourcesListChanged\":true,\"resourceSubscriptions\":[\"file:///a\"]}");
      assertThat(listen.header("Mcp-Method")).isEqualTo("subscriptions/listen");
    }
  }

  @FunctionalInterface
  interface Lie {
    void tell(TestingStream stream, JsonNode request) throws Exception;
  }

  private static Stream<Arguments> lies() {
    return Stream.of(
        lie(
            "nothing acknowledged",
            (stream, request) -> stream.send(tagged(request, "notifications/tools/list_changed"))),
        lie(
            "no subscription",
            (stream, _) ->
                stream.send(
                    notification("notifications/subscriptions/acknowledged", Json.object()))),
        lie(
            "another's subscription",
            (stream, request) -> {
              var other = ((ObjectNode) request).deepCopy().put("id", 424_242);
              stream.send(tagged(other, "notifications/subscriptions/acknowledged"));
            }),
        lie(
            "another's event",
            (stream, request) -> {
              stream.send(tagged(request, "notifications/subscriptions/acknowledged"));
              var other = ((ObjectNode) request).deepCopy().put("id", 424_242);
              stream.send(tagged(other, "notifications/tools/list_changed"));
            }),
        lie(
            "a question",
            (stream, request) -> {
              stream.send(tagged(request, "notifications/subscriptions/acknowledged"));
              stream.send(question(IntNode.valueOf(1), "roots/list", Json.object()));
            }),
        lie(
            "a flood",
            (stream, request) -> {
              stream.send(tagged(request, "notifications/subscriptions/acknowledged"));
              for (int i = 0; i < 100_000; i++) {
                stream.send(tagged(request, "notifications/tools/list_changed"));
              }
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void endsAWatchThatLies(String name, Lie lie) {
    try (var stateless = TestingMcpServer.speaking(Era.STATELESS)) {
      stateless.answerStreams((_, exchange, request) -> {
        try (var stream = new TestingStream(stateless, exchange)) {
          lie.tell(stream, request);
        } catch (Exception _) {
          exchange.close();
        }
      });
      var to = upstream(stateless, Duration.ofSeconds(20));

      assertThatThrownBy(() -> to.watch(ALL, Lent.nothing(), new Told()))
          .satisfies(hasCode(RefusalCode.UPSTREAM_MALFORMED));
    }
  }

  private static Arguments lie(String name, Lie lie) {
    return Arguments.of(name, lie);
  }

  private static ObjectNode tagged(JsonNode request, String method) {
    var message = notification(method, Json.object());
    message.withObject("/params/_meta").set(ID, request.path("id"));
    return message;
  }
}
