package dev.sallyport.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.wire.Json;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static final PrincipalId ANN = new PrincipalId("spiffe://prod/agent/ann");
  private static final PrincipalId BOB = new PrincipalId("spiffe://prod/agent/bob");

  @Test
  void letsNoMoreCallsThroughAtOnceThanItMay() {
    var guard = new Guard("crm", 1, 1, Duration.ofHours(1));

    var inner =
        guard.run(() -> {
          assertThatThrownBy(() -> guard.run(() -> "second"))
              .satisfies(StdioUpstreamTest.hasCode(RefusalCode.RATE_LIMITED));
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
          .satisfies(StdioUpstreamTest.hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    }

    assertThat(calls).hasValue(10);
  }

  @Test
  void goesOnCallingAServerThatOnlyRefuses() {
    var guard = new Guard("crm", 10, 10, Duration.ofHours(1));
    var calls = new AtomicInteger();

    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> guard.run(() -> fail(calls, RefusalCode.UPSTREAM_REJECTED)))
          .satisfies(StdioUpstreamTest.hasCode(RefusalCode.UPSTREAM_REJECTED));
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
    assertThat(guard.state()).isEqualTo(new Guard.State(false, 0, 0));
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
                    .satisfies(StdioUpstreamTest.hasCode(RefusalCode.RATE_LIMITED));
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
              assertThat(guard.state()).isEqualTo(new Guard.State(true, 0, 1));
              assertThat(guard.<String>run(BOB, Conversation.none(), _ -> "meanwhile"))
                  .isEqualTo("meanwhile");
              return ClientAnswer.Refused.unknownMethod();
            });

    guard.run(ANN, thinking, guarded -> guarded.ask("roots/list", Json.object()));

    assertThat(thinking.asked).hasSize(1);
    assertThat(guard.state()).isEqualTo(new Guard.State(true, 0, 0));
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
    assertThat(guard.state()).isEqualTo(new Guard.State(true, 0, 0));
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
          .satisfies(StdioUpstreamTest.hasCode(RefusalCode.UPSTREAM_TIMEOUT));
    }

    assertThat(guard.state().closed()).isTrue();
  }

  private static String fail(AtomicInteger calls, RefusalCode code) {
    calls.incrementAndGet();
    throw new Refusal(code);
  }
}
