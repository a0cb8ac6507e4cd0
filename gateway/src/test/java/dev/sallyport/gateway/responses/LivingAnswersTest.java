package dev.sallyport.gateway.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TrustedTurnClient;
import dev.sallyport.gateway.turn.TurnLimits;
import dev.sallyport.gateway.turn.TurnLoop;
import dev.sallyport.gateway.turn.TurnModel.ChunkSink;
import dev.sallyport.gateway.turn.TurnRendering;
import dev.sallyport.gateway.turn.TurnTimer;
import dev.sallyport.gateway.turn.TurnTools;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Origins;
import dev.sallyport.identity.http.PublicAddress;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.http.ResourceMetadata;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.llm.LlmConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that take long: signs of life go out, and a caller that left is noticed. */
class LivingAnswersTest {
  private static final Duration HEARTBEAT = Duration.ofMillis(20);

  private final BlockingQueue<Why> givenUp = new LinkedBlockingQueue<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final BlockingQueue<String> sessions = new LinkedBlockingQueue<>();
  private final TestingServer server = server();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesUpATurnWhoseCallerHasLeft(boolean streamed) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      var head = "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n";
      var type = "Content-Type: application/json\r\nContent-Length: " + body(streamed).length();
      socket.getOutputStream().write((head + type + "\r\n\r\n" + body(streamed)).getBytes(UTF_8));
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      socket.setSoLinger(true, 0); // hang up at once, without a goodbye
    }

    assertThat(givenUp.poll(20, TimeUnit.SECONDS)).isEqualTo(Why.CALLER_LEFT);
  }

  @Test
  void showsThatItIsAtWorkBeforeAWholeAnswer() throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(server.uri("/v1/responses"))
              .header("Authorization", "Bearer good")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body(false)))
              .build();
      var answer = client.send(request, BodyHandlers.ofInputStream());
      try (var in = answer.body()) {
        assertThat(in.read()).isEqualTo('\n');
        gate.countDown();
        var whole = new ObjectMapper().readTree(in);
        assertThat(whole.path("status").asText()).isEqualTo("completed");
        assertThat(whole.at("/output/1/content/0/text").asText()).isEqualTo("hello");
      }
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }
  }

  @Test
  void tellsTheModelWhichSessionAHeaderNames() throws Exception {
    gate.countDown();
    try (var client = HttpClient.newHttpClient()) {
      for (var named : List.of("s-1", "x".repeat(257))) {
        var request =
            HttpRequest.newBuilder(server.uri("/v1/responses"))
                .header("Authorization", "Bearer good")
                .header("Content-Type", "application/json")
                .header("X-Session-Id", named)
                .POST(BodyPublishers.ofString(body(false)))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    }
    assertThat(sessions).containsExactly("s-1", "none");
  }

  private static String body(boolean streamed) {
    return "{\"model\":\"m\",\"input\":\"x\",\"tools\":[{\"type\":\"mcp\","
        + "\"server_label\":\"far\"}],\"stream\":"
        + streamed
        + "}";
  }

  /** Says something, and then nothing until the gate opens. */
  private void model(Cancellation cancellation, ChunkSink sink) throws IOException {
    var chunk = JsonNodeFactory.instance.objectNode();
    chunk.putArray("choices").addObject().putObject("delta").put("content", "hello");
    sink.chunk(chunk);
    asked.countDown();
    try {
      cancellation.<Boolean, InterruptedException>during(() -> {
        gate.await();
        return true;
      });
    } catch (CallCancelledException e) {
      givenUp.add(e.why());
      throw e;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private TestingServer server() {
    var clock = new TestingClock();
    var turns = new InMemoryTurns(clock, dev.sallyport.identity.turn.TurnLimits.DEFAULT, _ -> {});
    var ports =
        new TurnLoop.Ports(
            (_, _, session, cancellation, sink) -> {
              sessions.add(session.orElse("none"));
              model(cancellation, sink);
            },
            new NoTools(),
            new Nothing(),
            new TrustedTurnClient());
    var loop =
        new TurnLoop(ports, TurnLimits.DEFAULT, TurnTimer.ofVirtualThreads(), clock, new Random(1));
    var filter =
        new CallerFilter(
            new FixedTokens().with("good", "spiffe://prod/agent/ci").authenticator(),
            new Standing(clock),
            turns,
            new Origins(Set.of()),
            new ResourceMetadata(PublicAddress.asRequested(), List::of),
            new RefusedAuthentications(new RecordingEvidence(), clock),
            AuthenticationListener.silent());
    ResponsesRoutes.Models models =
        (_, _, _) -> {
          throw new AssertionError("these are turns");
        };
    var config = new LlmConfig(Duration.ofMinutes(1), HEARTBEAT, 1 << 20, 1 << 20);
    var routes = new ResponsesRoutes(loop, turns, models, config);
    return new TestingServer(routing -> routing.addFilter(filter).register(routes));
  }

  private static final class NoTools implements TurnTools {
    @Override
    public List<ObjectNode> list(Caller caller, Optional<String> server) {
      return List.of();
    }

    @Override
    public void proposed(Caller caller, Wanted wanted, ObjectNode arguments) {
      throw new AssertionError("there are no tools");
    }

    @Override
    public ToolOutput call(
        Caller caller, Wanted wanted, ObjectNode arguments, Cancellation cancellation) {
      throw new AssertionError("there are no tools");
    }

    @Override
    public Refusal refuse(Caller caller, Wanted wanted, String arguments, Refusal refusal) {
      return refusal;
    }
  }

  private static final class Nothing implements TurnRendering {
    @Override
    public Optional<String> render(Turn turn, String text) {
      return Optional.empty();
    }

    @Override
    public List<ObjectNode> shown(Turn turn) {
      return List.of();
    }
  }
}
