package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.StdioProgram;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.process.ChildCommand;
import dev.sallyport.sandbox.process.ChildProcess;
import dev.sallyport.sandbox.process.ChildRuntime;
import dev.sallyport.sandbox.process.Isolation;
import dev.sallyport.sandbox.process.Spawner;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StdioUpstreamTest {
  private static final Isolation ISOLATION = Isolation.detect();
  private static final Spawner SPAWNER = new Spawner();

  private final List<ChildProcess> started = new CopyOnWriteArrayList<>();
  private volatile boolean current = true;
  private final StdioUpstream upstream = upstream(Duration.ofSeconds(20));

  @AfterEach
  void stop() {
    upstream.close();
  }

  @Test
  void listsAndCallsAndKeepsOneProcess() {
    assertThat(upstream.inspect(Lent.nothing()).tools())
        .extracting(tool -> tool.path("name").asText())
        .contains("echo", "die");
    assertThat(text(call(upstream, "echo"))).isEqualTo("{\"text\":\"hello\"}");
    assertThat(started).hasSize(1);
  }

  @Test
  void keepsNumbersAsTheServerWroteThem() {
    assertThat(call(upstream, "decimals").path("structuredContent").toString())
        .isEqualTo("{\"price\":2.50,\"big\":123456789012345678901234567890}");
  }

  @Test
  void skipsLinesThatAreNoMessages() {
    assertThat(text(call(upstream, "noise"))).isEqualTo("done");
  }

  /** SB-15: an answer to something else reaches no one. */
  @Test
  void dropsAnAnswerToARequestThatNobodyMade() {
    assertThat(text(call(upstream, "wrong_id"))).isEqualTo("yours");
  }

  @Test
  void tellsTheServerThatItMayAskForNothingButAPing() {
    assertThat(text(call(upstream, "ask_client")).split("\n"))
        .anySatisfy(line -> assertThat(line).contains("\"id\":77").contains("-32601"))
        .anySatisfy(line -> assertThat(line).contains("\"id\":\"p\"").contains("\"result\":{}"));
  }

  @Test
  void passesErrorsOn() {
    var answer = upstream.ask(echo("fail"), Lent.nothing(), Conversation.none());

    assertThat(answer)
        .isInstanceOfSatisfying(
            UpstreamAnswer.Failure.class,
            failure ->
                assertThat(failure.error().toString())
                    .isEqualTo("{\"code\":-32000,\"message\":\"it failed\"}"));
  }

  @Test
  void reportsProgressInOrderBeforeTheAnswer() {
    var conversation = new RecordingConversation();

    upstream.ask(echo("progress"), Lent.nothing(), conversation);

    assertThat(conversation.reported)
        .extracting(ObjectNode::toString)
        .containsExactly(
            "{\"progress\":1,\"total\":3,\"message\":\"one\"}",
            "{\"progress\":2,\"total\":3,\"message\":\"two\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "die, UPSTREAM_UNAVAILABLE",
    "garbage, UPSTREAM_MALFORMED",
    "giant, RESULT_TOO_LARGE",
    "flood, UPSTREAM_MALFORMED",
  })
  void failsCallsUnderWayAtOnceAndStartsAgain(String tool, RefusalCode code) throws Exception {
    call(upstream, "echo");
    var conversation = new RecordingConversation();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var hanging =
          CompletableFuture.supplyAsync(
              () -> upstream.ask(echo("hang"), Lent.nothing(), conversation), threads);
      conversation.begun.await();

      assertThatThrownBy(() -> call(upstream, tool)).satisfies(hasCode(code));
      assertThatThrownBy(hanging::join).cause().satisfies(hasCode(code));
    }
    assertThat(text(call(upstream, "echo"))).contains("hello");
    assertThat(started).hasSize(2);
  }

  @Test
  void leavesAServerAloneForAWhileThatDiedAtItsStart() {
    var broken =
        new StdioUpstream(
            new StdioSettings(
                "broken",
                Optional.empty(),
                Duration.ofSeconds(20),
                1 << 20,
                Duration.ofHours(1),
                Duration.ofHours(1)),
            starter(List.of("/bin/false")),
            () -> {});

    assertThatThrownBy(() -> call(broken, "echo"))
        .satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThatThrownBy(() -> call(broken, "echo"))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.retryAfter()).isPresent());
    assertThat(started).hasSize(1);
  }

  @Test
  void endsACallInTime() {
    try (var quick = upstream(Duration.ofSeconds(10))) {
      quick.inspect(Lent.nothing()).tools();

      assertThatThrownBy(() -> call(quick, "hang"))
          .satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));
      assertThat(text(call(quick, "echo"))).contains("hello");
      assertThat(text(call(quick, "cancelled"))).contains("requestId");
    }
  }

  @Test
  void givesUpACallThatIsCancelled() throws Exception {
    call(upstream, "echo");
    var conversation = new RecordingConversation();
    var thread =
        Thread.ofVirtual()
            .unstarted(() ->
                assertThatThrownBy(() ->
                        conversation
                            .cancellation()
                            .during(() -> upstream.ask(echo("hang"), Lent.nothing(), conversation)))
                    .isInstanceOf(CallCancelledException.class));
    thread.start();
    conversation.begun.await();

    conversation.cancellation().cancel();

    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertThat(text(call(upstream, "cancelled"))).contains("requestId");
    assertThat(started).hasSize(1);
  }

  @Test
  void startsAgainWithWhatIsLentNow() {
    call(upstream, "echo");
    current = false;

    assertThat(text(call(upstream, "echo"))).contains("hello");

    assertThat(started).hasSize(2);
  }

  @Test
  void endsTheProcessWhenItIsClosed() {
    call(upstream, "echo");

    upstream.close();

    assertThat(started.getFirst().isAlive()).isFalse();
    assertThatThrownBy(() -> call(upstream, "echo"))
        .satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
  }

  private StdioUpstream upstream(Duration timeout) {
    return new StdioUpstream(
        new StdioSettings(
            "test", Optional.empty(), timeout, 1 << 20, Duration.ofNanos(1), Duration.ofNanos(1)),
        starter(StdioProgram.command()),
        () -> {});
  }

  private ProcessStarter starter(List<String> command) {
    return new ProcessStarter() {
      @Override
      public Started start() {
        return StdioUpstreamTest.this.start(command);
      }

      @Override
      public boolean isCurrent(Started process) {
        return current;
      }
    };
  }

  private ProcessStarter.Started start(List<String> command) {
    try {
      var prepared = ISOLATION.prepare(ChildRuntime.NONE, ChildCommand.of(command, Map.of()));
      var process = ChildProcess.start(SPAWNER, prepared);
      started.add(process);
      return new ProcessStarter.Started(process, Redactor.nothing(), List.of());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode call(StdioUpstream upstream, String tool) {
    return switch (upstream.ask(echo(tool), Lent.nothing(), Conversation.none())) {
      case UpstreamAnswer.Result(var result, _, _) -> result;
      case UpstreamAnswer.Failure(var error, _, _) -> throw new AssertionError(error);
    };
  }

  private static UpstreamRequest echo(String tool) {
    return toolCall(tool, Json.object().put("text", "hello"));
  }

  private static String text(ObjectNode result) {
    return result.at("/content/0/text").asText();
  }

  static UpstreamRequest toolCall(String tool, ObjectNode arguments) {
    return UpstreamRequest.toolCall(
        Owner.alone(new PrincipalId("spiffe://prod/agent/a")), tool, arguments, Json.object());
  }
}
