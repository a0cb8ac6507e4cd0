package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Presence;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.wire.Json;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParkedCallTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Owner ALICE = Owner.alone(new PrincipalId("spiffe://prod/agent/alice"));
  private static final Owner BOB = Owner.alone(new PrincipalId("spiffe://prod/agent/bob"));

  private static ParkedCalls.Key key(Owner owner) {
    return new ParkedCalls.Key(
        owner, Optional.of("crm"), "tools/call", Json.object().put("name", "ask"));
  }

  private static ParkedCall call(ParkedCalls calls, Owner owner) {
    return new ParkedCall(calls, key(owner), ClientFace.PLAIN);
  }

  /** Begins a call that asks once; what it hears, once it does. */
  private static CompletableFuture<ClientAnswer> asking(ParkedCalls calls)
      throws IOException, InterruptedException {
    var heard = new CompletableFuture<ClientAnswer>();
    try (var server =
            new TestingServer(
                routing -> routing.get("/", (_, response) -> begin(calls, response, heard)));
        var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(server.uri("/").toString())).build();
      assertThat(http.send(request, BodyHandlers.ofString()).body()).contains("input_required");
    }
    return heard;
  }

  private static void begin(
      ParkedCalls calls, ServerResponse response, CompletableFuture<ClientAnswer> heard) {
    var call = call(calls, ALICE);
    try (var stream = new CallStream(response, call.cancellation(), true)) {
      var answer =
          call.begin(
              new ParkedCall.Leg(stream, Optional.empty(), false),
              conversation -> {
                try {
                  heard.complete(
                      call.cancellation()
                          .during(() -> conversation.ask("roots/list", Json.object())));
                } catch (CallCancelledException e) {
                  heard.completeExceptionally(e);
                }
                return new ServerAnswer.Cancelled(Why.CALLER_LEFT);
              });
      stream.finish(HttpAnswer.of(((ServerAnswer.Result) answer).result()));
    }
  }

  @Test
  void goesOnWithoutAClientThatDoesNotComeAgain() throws Exception {
    var calls = new ParkedCalls(Duration.ofNanos(1));

    assertThat(asking(calls).get()).isInstanceOf(ClientAnswer.Refused.class);
    while (calls.size() > 0) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  @Test
  void waitsAnewWheneverTheClientComesForIt() {
    var now = new AtomicLong();
    var call = call(new ParkedCalls(LONG, now::get), ALICE);
    call.servedFor(Presence.unwatched());
    now.addAndGet(LONG.toNanos() - 1);
    assertThat(call.left()).isEqualTo(1);

    call.servedFor(Presence.unwatched());

    assertThat(call.left()).isEqualTo(LONG.toNanos());
  }

  @Test
  void givesUpWhatWaitsWhenItCloses() throws Exception {
    var calls = new ParkedCalls(LONG);
    var heard = asking(calls);
    assertThat(calls.size()).isEqualTo(1);

    calls.close();

    assertThat(heard.handle((_, thrown) -> thrown).get())
        .isInstanceOf(CallCancelledException.class);
    assertThat(calls.admit(call(calls, ALICE))).isEmpty();
  }

  @Test
  void letsOnePrincipalsCallsWaitUpToABound() {
    var calls = new ParkedCalls(LONG);
    var first = calls.admit(call(calls, ALICE)).orElseThrow();
    for (int i = 1; i < ParkedCalls.MOST_OF_ONE; i++) {
      assertThat(calls.admit(call(calls, ALICE))).isPresent();
    }

    assertThat(calls.admit(call(calls, ALICE))).isEmpty();
    assertThat(calls.admit(call(calls, BOB))).isPresent();
    calls.forget(first);
    calls.forget(first);
    assertThat(calls.admit(call(calls, ALICE))).isPresent();
    assertThat(calls.admit(call(calls, ALICE))).isEmpty();
  }

  @Test
  void letsCallsWaitUpToABound() {
    var calls = new ParkedCalls(LONG);
    for (int i = 0; i < ParkedCalls.MOST; i++) {
      var owner =
          Owner.alone(new PrincipalId("spiffe://prod/agent/" + i / ParkedCalls.MOST_OF_ONE));
      assertThat(calls.admit(call(calls, owner))).isPresent();
    }

    assertThat(calls.admit(call(calls, ALICE))).isEmpty();
  }

  @Test
  void asksNobodyWhereNoMoreMayWait() {
    var calls = new ParkedCalls(LONG);
    calls.close();

    assertThat(call(calls, ALICE).ask("roots/list", Json.object()))
        .isInstanceOf(ClientAnswer.Refused.class);
  }
}
