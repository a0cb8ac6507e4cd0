package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.wire.Json;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static final Owner ANN = Owner.alone(new PrincipalId("spiffe://prod/agent/ann"));
  private static final Owner BOB = Owner.alone(new PrincipalId("spiffe://prod/agent/bob"));

  @Test
  void letsNoMoreCallsThroughAtOnceThanItMay() {
    var guard = new Guard("crm", 1, 1, Duration.ofHours(1));

    var inner =
        guard.run(() -> {
          assertThatThrownBy(() -> guard.run(() -> "second"))
              .satisfies(hasCode(RefusalCode.RATE_LIMITED));
          return "first";
        });

    assertThat(inner).isEqualTo("first");
    assertThat(guard.run(() -> "third")).isEqualTo("third");
  }

  @Test
  void leavesAServerAloneThatIsNotThere() {
    var guard = new Guard("crm", 10, 10, Duration.ofHours(1));
    var calls = new AtomicInteger();

    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> guard.run(() -> fail(calls, RefusalCode.UPSTREAM_UNAVAILABLE)))
          .satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    }

    assertThat(calls).hasValue(10);
  }

  @Test
  void goesOnCallingAServerThatOnlyRefuses() {
    var guard = new Guard("crm", 10, 10, Duration.ofHours(1));
    var calls = new AtomicInteger();

    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> guard.run(() -> fail(calls, RefusalCode.UPSTREAM_REJECTED)))
          .satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));
    }

    assertThat(calls).hasValue(30);
  }

  @Test
  void leavesAServerAloneThatLies() {
    var guard = new Guard("crm", 10, 10, Duration.ofHours(1));
    var calls = new AtomicInteger();

    for (int i = 0; i < 30; i++) {
      var code = i % 2 == 0 ? RefusalCode.UPSTREAM_MALFORMED : RefusalCode.RESULT_TOO_LARGE;
      assertThatThrownBy(() -> guard.run(() -> fail(calls, code))).isInstanceOf(Refusal.class);
    }

    assertThat(calls).hasValue(10);
    assertThat(guard.state())
        .isEqualTo(new Guard.State(Guard.Breaker.OPEN, 0, 0, new Guard.Refused(0, 0, 20)));
  }

  @Test
  void keepsOnePrincipalFromTakingAll() {
    var guard = new Guard("crm", 3, 1, Duration.ofHours(1));

    var inner =
        guard.run(
            ANN,
            Conversation.none(),
            _ -> {
              for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> guard.run(ANN, Conversation.none(), _ -> "second"))
                    .satisfies(hasCode(RefusalCode.RATE_LIMITED));
              }
              return guard.run(BOB, Conversation.none(), _ -> "of another");
            });

    assertThat(inner).isEqualTo("of another");
    assertThat(guard.<String>run(ANN, Conversation.none(), _ -> "third")).isEqualTo("third");
  }

  @Test
  void takesNobodysPlaceWhileAPersonThinks() {
    var guard = new Guard("crm", 1, 1, Duration.ofHours(1));
    var thinking =
        new RecordingConversation(
            ClientFace.PLAIN,
            (_, _) -> {
              assertThat(guard.state()).isEqualTo(closed(1));
              assertThat(guard.<String>run(BOB, Conversation.none(), _ -> "meanwhile"))
                  .isEqualTo("meanwhile");
              return ClientAnswer.Refused.unknownMethod();
            });

    guard.run(ANN, thinking, guarded -> guarded.ask("roots/list", Json.object()));

    assertThat(thinking.asked).hasSize(1);
    assertThat(guard.state()).isEqualTo(closed(0));
  }

  @Test
  void letsNoMoreCallsWaitThanItMay() {
    var guard = new Guard("crm", 1, 1, Duration.ofHours(1));
    var second = new RecordingConversation();
    var first =
        new RecordingConversation(
            ClientFace.PLAIN,
            (_, _) -> guard.run(BOB, second, guarded -> guarded.ask("roots/list", Json.object())));

    var said = guard.run(ANN, first, guarded -> guarded.ask("roots/list", Json.object()));

    assertThat(said.toString()).contains("Too many");
    assertThat(second.asked).isEmpty();
    assertThat(guard.state()).isEqualTo(closed(0));
  }

  @Test
  void blamesNoServerForAPersonWhoIsSlow() {
    var guard = new Guard("crm", 10, 10, Duration.ofHours(1));

    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() ->
              guard.run(
                  ANN,
                  new RecordingConversation(),
                  guarded -> {
                    guarded.ask("roots/list", Json.object());
                    throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
                  }))
          .satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));
    }

    assertThat(guard.state().breaker()).isEqualTo(Guard.Breaker.CLOSED);
  }

  @Test
  void countsWhatItRefuses() {
    var guard = new Guard("crm", 2, 1, Duration.ofHours(1));

    guard.run(
        ANN,
        Conversation.none(),
        _ -> {
          assertThat(isRefused(() -> guard.run(ANN, Conversation.none(), _ -> "too many")))
              .isTrue();
          return guard.run(() -> {
            assertThat(guard.state().underWay()).isEqualTo(2);
            assertThat(isRefused(() -> guard.run(() -> "too many"))).isTrue();
            assertThat(isRefused(() -> guard.run(BOB, Conversation.none(), _ -> "too many")))
                .isTrue();
            return "done";
          });
        });

    assertThat(guard.state())
        .isEqualTo(new Guard.State(Guard.Breaker.CLOSED, 0, 0, new Guard.Refused(2, 1, 0)));
  }

  @Test
  void leavesAPrincipalItsShareHoweverOftenItAskedForMore() throws Exception {
    var guard = new Guard("crm", 100, 1, Duration.ofHours(1));
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int thread = 0; thread < 8; thread++) {
        threads.execute(() -> {
          for (int i = 0; i < 5_000; i++) {
            isRefused(() -> guard.run(ANN, Conversation.none(), _ -> "one of many"));
          }
        });
      }
    }

    assertThat(guard.<String>run(ANN, Conversation.none(), _ -> "alone")).isEqualTo("alone");
  }

  @Test
  void triesAServerAgainAfterAPause() {
    var guard = new Guard("crm", 10, 10, Duration.ofMillis(1));
    var calls = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      isRefused(() -> guard.run(() -> fail(calls, RefusalCode.UPSTREAM_UNAVAILABLE)));
    }

    var seen = new AtomicReference<Guard.Breaker>();
    while (isRefused(() -> guard.run(() -> seen.getAndSet(guard.state().breaker())))) {
      Thread.onSpinWait(); // the pause is not over
    }
    assertThat(seen).hasValue(Guard.Breaker.HALF_OPEN);
    guard.run(() -> "well");
    guard.run(() -> "well");

    assertThat(guard.state().breaker()).isEqualTo(Guard.Breaker.CLOSED);
  }

  private static Guard.State closed(int waiting) {
    return new Guard.State(Guard.Breaker.CLOSED, 0, waiting, new Guard.Refused(0, 0, 0));
  }

  private static boolean isRefused(Runnable call) {
    try {
      call.run();
      return false;
    } catch (Refusal _) {
      return true;
    }
  }

  private static String fail(AtomicInteger calls, RefusalCode code) {
    calls.incrementAndGet();
    throw new Refusal(code);
  }
}
