package dev.sallyport.mcp.upstream;

import static dev.sallyport.mcp.testing.TestingMcpServer.response;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server, and clients that it can ask. */
abstract class HttpConversationScene extends HttpUpstreamScene {
  static final Owner ANN = Owner.alone(new PrincipalId("spiffe://prod/agent/ann"));
  static final Owner BOB = Owner.alone(new PrincipalId("spiffe://prod/agent/bob"));

  final AtomicInteger suspected = new AtomicInteger();

  void answerWithWhatTheClientSays(String method, String params) {
    server.answerCalls((_, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        var heard = stream.ask(new TextNode("q-" + request.path("id")), method, tree(params));
        ((ObjectNode) heard).put("id", "q-1");
        stream.send(response(request, Json.object().set("heard", heard)));
      }
    });
  }

  HttpUpstream suspicious(long now) {
    return new HttpUpstream(settings(server), client, suspected::incrementAndGet, () -> now);
  }

  static ObjectNode ask(HttpUpstream to, Owner owner, Conversation conversation) {
    var request =
        UpstreamRequest.toolCall(owner, "echo", Json.object().put("text", "hello"), Json.object());
    return switch (to.ask(request, Lent.nothing(), conversation)) {
      case UpstreamAnswer.Result(var result, _, _) -> result;
      case UpstreamAnswer.Failure(var error, _, _) -> throw new AssertionError(error);
    };
  }

  static RecordingConversation client(String capabilities, String says) {
    return new RecordingConversation(face(capabilities), (_, _) -> given(says));
  }

  static ClientFace face(String capabilities) {
    return new ClientFace((ObjectNode) tree(capabilities), Optional.empty());
  }

  static ClientAnswer given(String result) {
    return new ClientAnswer.Given((ObjectNode) tree(result));
  }

  static ObjectNode asked(JsonNode who) {
    return Json.object().set("who", who);
  }

  static JsonNode tree(String json) {
    try {
      return Json.parseResult(json.getBytes(StandardCharsets.UTF_8));
    } catch (Exception e) {
      throw new IllegalArgumentException(e);
    }
  }

  static void await(CountDownLatch latch, Duration longest) {
    try {
      var _ = latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CallCancelledException(Cancellation.Why.CALLER_LEFT);
    }
  }
}
