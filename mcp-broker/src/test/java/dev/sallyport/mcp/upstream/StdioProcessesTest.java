package dev.sallyport.mcp.upstream;

import static dev.sallyport.mcp.upstream.UpstreamContract.ANN;
import static dev.sallyport.mcp.upstream.UpstreamContract.BOB;
import static dev.sallyport.mcp.upstream.UpstreamContract.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.StdioProgram;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StdioProcessesTest {
  private final TestingProcesses processes = new TestingProcesses();
  private StdioUpstream upstream = processes.upstream(StdioProgram.command());

  @AfterEach
  void stop() {
    upstream.close();
    assertThat(processes.alive()).isZero();
  }

  @Test
  void startsAProcessForEachOwnerThatCanBeAskedAndEndsItWhenItIsNotUsed() {
    call(ANN, "echo", new RecordingConversation());
    call(BOB, "echo", new RecordingConversation());
    assertThat(processes.started).hasSize(1);

    for (int i = 0; i < 2; i++) {
      call(ANN, "echo", client("ann"));
      call(BOB, "echo", client("bob"));
    }
    assertThat(processes.started).hasSize(3);

    processes.now.addAndGet(OwnPlaces.IDLE.toNanos());
    upstream.inspect(Lent.nothing());

    assertThat(processes.alive()).isEqualTo(1);
  }

  /** SB-15: nothing says which of two requests a question is about. */
  @Test
  void passesNoQuestionOnWhileSeveralRequestsAreUnderWay() throws Exception {
    var hanging =
        new RecordingConversation(
            client("ann").client(),
            (_, _) -> {
              throw new AssertionError();
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var hang =
          CompletableFuture.runAsync(
              () -> hanging.cancellation().during(() -> call(ANN, "hang", hanging)), threads);
      hanging.begun.await();
      var second = client("ann");

      var said = ask(second);

      assertThat(said.at("/said/error/code").asInt()).isEqualTo(-32601);
      assertThat(second.asked).isEmpty();
      hanging.cancellation().cancel();
      assertThat(hang.handle((_, thrown) -> thrown != null).join()).isTrue();
    }
    assertThat(ask(client("ann")).at("/said/result/who").asText()).isEqualTo("x");
  }

  @Test
  void keepsOneProcessForAllWhereTheServerHasNoSessions() {
    upstream = processes.upstream(StdioProgram.command("stateless"));

    call(ANN, "echo", client("ann"));
    call(BOB, "echo", client("bob"));

    assertThat(processes.started).hasSize(1);
  }

  /** A process of its own for each client that only shows things could harm what one holds. */
  @Test
  void keepsClientsThatCannotBeAskedInOneProcessWhateverElseTheyDeclare() {
    var declared = Json.object();
    declared.putObject("vendorcap");
    var client =
        new RecordingConversation(
            new ClientFace(declared, Optional.empty()),
            (_, _) -> ClientAnswer.Refused.unknownMethod());

    call(ANN, "echo", new RecordingConversation());
    call(ANN, "echo", client);

    assertThat(processes.started).hasSize(1);
  }

  @Test
  void speaksInSessionsToAServerThatSaysNothingToWhatItDoesNotKnow() {
    upstream = processes.upstream(StdioProgram.command("silent"));

    assertThat(upstream.inspect(Lent.nothing()).tools()).isNotEmpty();
    assertThat(processes.started).hasSize(1);
  }

  @Test
  void holdsNothingAgainstAServerWhoseCallerLeftBeforeItBegan() throws Exception {
    upstream = processes.upstream(List.of("/bin/sh", "-c", "while read -r line; do :; done"));
    var gone = new RecordingConversation();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var begun =
          CompletableFuture.runAsync(
              () -> gone.cancellation().during(() -> call(ANN, "echo", gone)), threads);
      while (processes.started.isEmpty()) {
        Thread.onSpinWait();
      }

      gone.cancellation().cancel();

      assertThat(begun.handle((_, thrown) -> thrown != null).join()).isTrue();
    }
    processes.started.getFirst().onExit().get(20, TimeUnit.SECONDS);
    assertThat(upstream.trouble()).isEmpty();
  }

  @Test
  void suspectsAServerThatStartedAgainOrSaysThatItsListsChanged() {
    call(ANN, "echo", new RecordingConversation());
    assertThat(processes.suspected).hasValue(0);

    call(ANN, "change_list", new RecordingConversation());
    assertThat(processes.suspected).hasValue(1);

    processes.started.getFirst().close();
    call(ANN, "echo", new RecordingConversation());
    assertThat(processes.suspected).hasValue(2);
  }

  @Test
  void tellsTheServerAsWhichClientItIsSpokenTo() {
    var client =
        new RecordingConversation(
            new ClientFace(Json.object(), Optional.of("warning")),
            (_, _) -> ClientAnswer.Refused.unknownMethod());

    call(ANN, "log", client);

    assertThat(client.logged).hasSize(1);
  }

  /** On a process that all share, as long as it has served no other. */
  @Test
  void tellsAPlainClientWhatIsLoggedWhileItsCallIsAlone() {
    var ann = new RecordingConversation();
    var bob = new RecordingConversation();

    call(ANN, "log", ann);
    assertThat(ann.logged).hasSize(1);
    assertThat(upstream.droppedLogs()).isZero();

    call(BOB, "log", bob);
    call(ANN, "log", ann);

    assertThat(processes.started).hasSize(1);
    assertThat(bob.logged).isEmpty(); // it may be about what Ann asked before
    assertThat(ann.logged).hasSize(1);
    assertThat(upstream.droppedLogs()).isEqualTo(2);
  }

  @Test
  void tellsNobodyWhatIsLoggedWhileSeveralCallsAreUnderWay() throws Exception {
    var hanging = new RecordingConversation();
    var ann = new RecordingConversation();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var hang =
          CompletableFuture.runAsync(
              () -> hanging.cancellation().during(() -> call(ANN, "hang", hanging)), threads);
      hanging.begun.await();

      call(ANN, "log", ann);

      assertThat(ann.logged).isEmpty();
      assertThat(hanging.logged).isEmpty();
      assertThat(upstream.droppedLogs()).isEqualTo(1);
      hanging.cancellation().cancel();
      assertThat(hang.handle((_, thrown) -> thrown != null).join()).isTrue();
    }
    call(ANN, "log", ann);
    assertThat(ann.logged).hasSize(1);
  }

  private ObjectNode ask(RecordingConversation conversation) {
    var arguments = Json.object().put("method", "roots/list");
    arguments.putObject("params").put("who", "x");
    return call(ANN, "ask", arguments, conversation);
  }

  private ObjectNode call(Owner owner, String tool, Conversation conversation) {
    return call(owner, tool, Json.object(), conversation);
  }

  private ObjectNode call(
      Owner owner, String tool, ObjectNode arguments, Conversation conversation) {
    var request = UpstreamRequest.toolCall(owner, tool, arguments, Json.object());
    return switch (upstream.ask(request, Lent.nothing(), conversation)) {
      case UpstreamAnswer.Result(var result, _, _) -> result;
      case UpstreamAnswer.Failure(var error, _, _) -> throw new AssertionError(error);
    };
  }
}
