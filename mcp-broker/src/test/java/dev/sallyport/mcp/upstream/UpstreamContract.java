package dev.sallyport.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds for a server over each transport and in each era. */
abstract class UpstreamContract {
  static final Owner ANN = Owner.alone(new PrincipalId("spiffe://prod/agent/ann"));
  static final Owner BOB = Owner.alone(new PrincipalId("spiffe://prod/agent/bob"));

  /** A server with the scripted tools and {@code echo}. */
  abstract Upstream upstream();

  /** Whether the server can ask only in its answers. */
  abstract boolean isStateless();

  @Test
  void listsWhatTheServerHas() {
    assertThat(upstream().inspect(Lent.nothing()).tools())
        .extracting(tool -> tool.path("name").asText())
        .contains("echo", "progress", "ask");
  }

  @Test
  void givesResultsAsTheServerWroteThem() {
    assertThat(call("extra", Json.object(), new RecordingConversation()).get("structuredContent"))
        .hasToString("{\"unknown\":null,\"more\":true}");
  }

  @Test
  void givesErrorsAsTheServerWroteThem() {
    var request = UpstreamRequest.toolCall(ANN, "fail", Json.object(), Json.object());

    assertThat(upstream().ask(request, Lent.nothing(), Conversation.none()))
        .isInstanceOfSatisfying(
            UpstreamAnswer.Failure.class,
            failure ->
                assertThat(failure.error())
                    .hasToString("{\"code\":-32000,\"message\":\"it failed\"}"));
  }

  @Test
  void tellsProgressInOrderBeforeTheAnswer() {
    var conversation = new RecordingConversation();

    call("progress", Json.object(), conversation);

    assertThat(conversation.reported)
        .extracting(params -> params.path("message").asText())
        .containsExactly("one", "two");
  }

  @Test
  void givesAnAnswerThatWantsInputAsTheServerWroteIt() {
    assertThat(call("input", Json.object(), new RecordingConversation()))
        .isInstanceOfSatisfying(
            ObjectNode.class,
            result -> {
              assertThat(result.path("resultType").asText()).isEqualTo("input_required");
              assertThat(result.path("requestState").asText()).isEqualTo("opaque");
            });
  }

  @Test
  void carriesQuestionsOnlyInSessions() {
    var client = client("ann");

    if (isStateless()) {
      assertThat(client.asked).isEmpty();
      return;
    }
    assertThat(call("ask", question("ann"), client).at("/said/result/who").asText())
        .isEqualTo("ann");
    assertThat(client.asked).hasSize(1);
  }

  @Test
  void asksAPlainClientNothing() {
    if (isStateless()) {
      return;
    }
    var client = new RecordingConversation();

    assertThat(call("ask", question("ann"), client).at("/said/error/code").asInt())
        .isEqualTo(-32601);
    assertThat(client.asked).isEmpty();
  }

  @Test
  void tellsTheOneItConcernsWhatTheServerLogs() {
    var client = client("ann");

    call("log", Json.object(), client);

    if (!isStateless()) {
      assertThat(client.logged)
          .extracting(log -> log.path("data").asText())
          .containsExactly("hello");
    }
  }

  /** R13: whatever is asked of one never reaches the other. */
  @Test
  void crossesNothingBetweenTwoOwners() {
    if (isStateless()) {
      return;
    }
    try (var threads = Executors.newFixedThreadPool(2)) {
      var ann = CompletableFuture.runAsync(() -> askOften(ANN, "ann"), threads);
      var bob = CompletableFuture.runAsync(() -> askOften(BOB, "bob"), threads);
      ann.join();
      bob.join();
    }
  }

  private void askOften(Owner owner, String who) {
    for (int i = 0; i < 100; i++) {
      var client = client(who);
      assertThat(call(owner, "ask", question(who), client).at("/said/result/who").asText())
          .isEqualTo(who);
      assertThat(client.asked)
          .singleElement()
          .satisfies(asked -> assertThat(asked.path("who").asText()).isEqualTo(who));
    }
  }

  /** Whose calls came in between does not matter: it is told to the one who was sent there. */
  @Test
  void tellsThatSomebodyIsDoneAtAnAddressToTheOneWhoWasSentThere() {
    if (isStateless()) {
      return; // there is no such notification
    }
    var able = Json.object();
    able.putObject("elicitation").putObject("url");
    var face = new ClientFace(able, Optional.empty());
    var sent = new RecordingConversation(face, (_, _) -> new ClientAnswer.Given(Json.object()));
    var other = new RecordingConversation(face, (_, _) -> new ClientAnswer.Given(Json.object()));
    var question = Json.object().put("method", "elicitation/create");
    question.putObject("params").put("mode", "url").put("elicitationId", "e-1");
    var said = Json.object().put("method", "notifications/elicitation/complete");
    said.putObject("params").put("elicitationId", "e-1");

    call("ask", question, sent);
    call("say", said, other);
    call("say", said, other);

    assertThat(sent.completed).hasToString("[{\"elicitationId\":\"e-1\"}]");
    assertThat(other.completed).isEmpty();
  }

  @Test
  void tellsWhoWatchesOfChangesUntilItIsEnded() throws Exception {
    var told = new Told();
    var watch = new Cancellation();
    var watching =
        Thread.ofVirtual()
            .start(() ->
                assertThatThrownBy(() ->
                        watch.during(() ->
                            upstream()
                                .watch(
                                    new Interests(true, Set.of("file:///a")),
                                    Lent.nothing(),
                                    told)))
                    .isInstanceOf(CallCancelledException.class));
    assertThat(told.next()).isEqualTo("watching [file:///a]");

    call("update", Json.object().put("uri", "file:///b"), new RecordingConversation());
    call("update", Json.object().put("uri", "file:///a"), new RecordingConversation());
    assertThat(told.next()).isEqualTo("updated {\"uri\":\"file:///a\",\"more\":1}");
    call("change_list", Json.object(), new RecordingConversation());
    assertThat(told.next()).isEqualTo("list changed");

    watch.cancel();
    assertThat(watching.join(Duration.ofSeconds(10))).isTrue();
    call("echo", Json.object(), new RecordingConversation());
  }

  /** Keeps what it is told. */
  static final class Told implements UpstreamEvents {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      return Optional.ofNullable(events.poll(20, TimeUnit.SECONDS)).orElse("nothing");
    }

    @Override
    public void watching(Interests told, Optional<More> more) {
      events.add("watching " + told.uris());
    }

    @Override
    public void taskChanged(ObjectNode params) {
      events.add("task " + params);
    }

    @Override
    public void listChanged() {
      events.add("list changed");
    }

    @Override
    public void updated(ObjectNode params) {
      events.add("updated " + params);
    }
  }

  ObjectNode call(String tool, ObjectNode arguments, Conversation conversation) {
    return call(ANN, tool, arguments, conversation);
  }

  private ObjectNode call(
      Owner owner, String tool, ObjectNode arguments, Conversation conversation) {
    var request = UpstreamRequest.toolCall(owner, tool, arguments, Json.object());
    return switch (upstream().ask(request, Lent.nothing(), conversation)) {
      case UpstreamAnswer.Result(var result, _, _) -> result;
      case UpstreamAnswer.Failure(var error, _, _) -> throw new AssertionError(error);
    };
  }

  static RecordingConversation client(String who) {
    var capabilities = Json.object();
    capabilities.putObject("roots").put("of", who);
    return new RecordingConversation(
        new ClientFace(capabilities, Optional.empty()),
        (_, params) -> new ClientAnswer.Given(Json.object().set("who", params.path("who"))));
  }

  private static ObjectNode question(String who) {
    var arguments = Json.object().put("method", "roots/list");
    arguments.putObject("params").put("who", who);
    return arguments;
  }
}
