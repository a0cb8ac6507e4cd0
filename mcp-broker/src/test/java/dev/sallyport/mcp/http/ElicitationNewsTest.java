package dev.sallyport.mcp.http;

import static dev.sallyport.mcp.testing.TestingStream.notification;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That somebody is done at an address is told to the session that was sent there, and no other. */
class ElicitationNewsTest extends RoundTripScene {
  private static final String COMPLETE = "notifications/elicitation/complete";

  private final AtomicInteger questions = new AtomicInteger();
  private volatile CountDownLatch done = new CountDownLatch(1);

  @BeforeEach
  void beginAnew() {
    done = new CountDownLatch(1);
  }

  @AfterEach
  void letGo() {
    done.countDown();
  }

  /** However the server says it: on the stream of the request, or on that of the session. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tellsOnTheStreamOfTheCallThatAsked(boolean onItsStream) {
    legacy.answerCalls((server, exchange, request) -> {
      var id = request.at("/params/arguments/text").asText();
      try (var stream = sent(server, exchange, id)) {
        if (onItsStream) {
          stream.send(notification(COMPLETE, complete(id)));
        } else {
          server.listeners().tell(COMPLETE, complete(id));
        }
        await(done);
        stream.send(TestingMcpServer.response(request, said(empty())));
      }
    });
    var caller = alice("legacy");
    var session = session(caller);
    var another = session(caller);
    var bobs = session(bob("legacy"));

    try (var stream = open(caller, session, 1, "tools/call", call("ask", "e-1"));
        var others = open(caller, another, 2, "tools/call", call("ask", "e-2"));
        var strangers = open(bob("legacy"), bobs, 3, "tools/call", call("ask", "e-3"))) {
      var question = stream.next();
      var _ = others.next();
      var _ = strangers.next();
      assertThat(question.at("/params/elicitationId").asText()).isEqualTo("e-1");
      var _ = reply(caller, session, question, empty().put("action", "accept"));

      var told = stream.next();
      assertThat(told.path("method").asText()).isEqualTo(COMPLETE);
      assertThat(told.path("params")).hasToString("{\"elicitationId\":\"e-1\"}");
      done.countDown();
      assertThat(stream.next().has("result")).isTrue();
      assertThat(stream.rest()).isEmpty();
      var _ = caller.send("DELETE", "", another);
      var _ = bob("legacy").send("DELETE", "", bobs);
      assertThat(others.rest())
          .noneMatch(message -> message.path("method").asText().equals(COMPLETE));
      assertThat(strangers.rest())
          .noneMatch(message -> message.path("method").asText().equals(COMPLETE));
    }
  }

  /** A name that another was given, or nobody, is told to nobody. */
  @Test
  void tellsNothingToWhoWasNotSentThere() {
    legacy.answerCalls((server, exchange, request) -> {
      try (var stream = sent(server, exchange, "own")) {
        stream.send(notification(COMPLETE, complete("another")));
        stream.send(notification(COMPLETE, complete("own")));
        stream.send(notification(COMPLETE, complete("own")));
        stream.send(TestingMcpServer.response(request, said(empty())));
      }
    });
    var caller = alice("legacy");
    var session = session(caller);

    try (var stream = open(caller, session, 1, "tools/call", call("ask", "a"))) {
      var _ = reply(caller, session, stream.next(), empty().put("action", "accept"));

      assertThat(stream.rest())
          .extracting(message -> message.path("method").asText())
          .containsExactly(COMPLETE, "");
    }
  }

  /** A call that failed because of it is over by then: the session has a stream besides. */
  @Test
  void tellsOnTheStreamBesidesWhatComesAfterTheAnswer() {
    legacy.answerCalls((server, exchange, request) -> {
      if (request.at("/params/arguments/text").asText().equals("refused")) {
        var failure = TestingMcpServer.failure(request, -32042, "go there first");
        failure
            .withObject("/error/data")
            .putArray("elicitations")
            .addObject()
            .put("mode", "url")
            .put("elicitationId", "late");
        TestingMcpServer.send(exchange, 200, failure);
      } else {
        try (var stream = new TestingStream(server, exchange)) {
          stream.send(notification(COMPLETE, complete("late")));
          stream.send(TestingMcpServer.response(request, said(empty())));
        }
      }
    });
    var caller = alice("legacy");
    var session = session(caller);
    var another = session(caller);

    try (var besides = caller.open("GET", "", session);
        var others = caller.open("GET", "", another)) {
      assertThat(besides.line()).hasValue(": ");
      assertThat(others.line()).hasValue(": ");
      var refused = ItemScene.request(caller, "tools/call", call("ask", "refused"), session);
      assertThat(error(refused).path("code").asInt()).isEqualTo(-32_042);
      var _ = ItemScene.request(caller, "tools/call", call("ask", "again"), another);

      assertThat(besides.next().path("params")).hasToString("{\"elicitationId\":\"late\"}");
      var _ = caller.send("DELETE", "", another);
      assertThat(others.rest()).isEmpty();
    }
  }

  @Test
  void namesWhatAServerWithoutSessionsAsks() {
    modern.answerCalls((_, exchange, request) -> {
      var wish = wish(ELICIT, "s");
      wish.withObject("/inputRequests/q/params").put("mode", "url").put("url", "https://a.example");
      result(exchange, request, wish);
    });
    var caller = alice("modern");
    var session = session(caller);

    try (var stream = open(caller, session, 1, "tools/call", call("ask", "a"))) {
      assertThat(stream.next().at("/params/elicitationId").asText()).isNotEmpty();
      var _ = caller.send("DELETE", "", session);
    }
  }

  private TestingStream sent(TestingMcpServer server, HttpExchange exchange, String id)
      throws IOException {
    var stream = new TestingStream(server, exchange);
    var params = empty().put("mode", "url").put("elicitationId", id).put("message", "Log in");
    var question = TextNode.valueOf("url-" + questions.incrementAndGet());
    stream.ask(question, ELICIT, params.put("url", "https://example.com/login"));
    return stream;
  }

  private static ObjectNode complete(String id) {
    return empty().put("elicitationId", id);
  }

  private static Map<String, String> session(McpCaller caller) {
    var able = empty();
    able.putObject("elicitation").putObject("url");
    return new TreeMap<>(ItemScene.session(caller, "2025-11-25", able));
  }
}
