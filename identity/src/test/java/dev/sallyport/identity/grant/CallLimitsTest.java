package dev.sallyport.identity.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.Decision.Approval;
import dev.sallyport.identity.action.Decision.Limit;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.turn.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
  private static final String LIMITED =
      "{'resource': 'crm', 'actions': ['read', 'find'], 'limits': {'per_minute': 2, 'max_calls':"
          + " 4}}";

  private static final String HELD =
      "{'resource': 'crm', 'actions': ['read', 'write'], 'approve': ['write'], 'limits':"
          + " {'per_minute': 1}}";

  @Test
  void letsNoMoreCallsGoOnInAnyMinute() {
    var scene = DecisionScene.of(LIMITED);

    assertThat(scene.call("read", "{}")).isEqualTo("done / allowed p/0/actions/0");
    scene.clock.advance(Duration.ofSeconds(30));
    assertThat(scene.call("find", "{}")).isEqualTo("done / allowed p/0/actions/1");
    assertThat(scene.call("read", "{}"))
        .isEqualTo("rate_limited after 30000 ms / denied per_minute_reached p/0/limits");
    scene.clock.advance(Duration.ofMillis(29_999));
    assertThat(scene.call("read", "{}"))
        .isEqualTo("rate_limited after 1 ms / denied per_minute_reached p/0/limits");
    scene.clock.advance(Duration.ofMillis(1));
    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("read", "{}")).startsWith("rate_limited after 30000 ms");
  }

  @Test
  void letsNoMoreCallsGoOnInATurn() {
    var scene = DecisionScene.of(LIMITED);
    for (int i = 0; i < 4; i++) {
      assertThat(scene.call("read", "{}")).startsWith("done");
      scene.clock.advance(Duration.ofMinutes(1));
    }

    assertThat(scene.call("find", "{}"))
        .isEqualTo("rate_limited / denied max_calls_reached p/0/limits");
    scene.beginTurn();
    assertThat(scene.call("find", "{}")).startsWith("done");
  }

  @Test
  void countsACallOnceThoughARuleNamesItsActionTwice() {
    var scene =
        DecisionScene.of(
            "{'resource': 'crm', 'actions': ['*', 'read'], 'limits': {'per_minute': 4,"
                + " 'max_calls': 3}}");

    for (int i = 0; i < 3; i++) {
      assertThat(scene.call("read", "{}")).startsWith("done");
    }
    assertThat(scene.call("read", "{}"))
        .isEqualTo("rate_limited / denied max_calls_reached p/0/limits");
    scene.beginTurn();
    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("find", "{}"))
        .isEqualTo("rate_limited after 60000 ms / denied per_minute_reached p/0/limits");
  }

  @Test
  void forgetsATurnThatIsOver() {
    var scene =
        DecisionScene.of("{'resource': 'crm', 'actions': ['read'], 'limits': {'max_calls': 1}}");
    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("read", "{}")).startsWith("rate_limited");

    scene.authority.ended(scene.turn());

    assertThat(scene.call("read", "{}")).startsWith("done");
  }

  @Test
  void countsNothingThatIsExplainedHeldOrRefused() {
    var scene =
        DecisionScene.of(
            "{'resource': 'crm', 'actions': ['read'], 'limits': {'per_minute': 1}},"
                + " {'resource': 'crm', 'deny': ['read'], 'when': 'args.x == 1'},"
                + " {'resource': 'crm', 'approve': ['read'], 'when': 'args.x == 2'}");

    assertThat(scene.call("read", "{'x': 1}")).startsWith("unknown_tool");
    assertThat(scene.call("read", "{'x': 2}")).startsWith("approval_required");
    var _ = scene.explain("read", "{'x': 3}");

    assertThat(scene.call("read", "{'x': 3}")).startsWith("done");
    for (int i = 0; i < 3; i++) {
      assertThat(scene.call("read", "{'x': 3}")).startsWith("rate_limited");
    }
    scene.clock.advance(Duration.ofMinutes(1));
    assertThat(scene.call("read", "{'x': 3}")).startsWith("done");
  }

  @Test
  void leavesTheApprovalOfACallThatReachesALimitOnItsWay() {
    var scene = DecisionScene.of(HELD);
    var unused = new AtomicInteger(1);
    var others = new AtomicInteger(1);
    scene.approvals =
        (call, _, _, gate) -> {
          if (others.getAndDecrement() > 0) {
            assertThat(scene.call("read", "{}")).startsWith("done");
          }
          if (!gate.open()) {
            return new Answer.Stopped();
          }
          unused.decrementAndGet();
          return new Answer.Approved(new Approval(call, "sallyport:admin"));
        };

    assertThat(scene.call("write", "{}"))
        .isEqualTo("rate_limited after 60000 ms / denied per_minute_reached p/0/limits");
    assertThat(unused).hasValue(1);
    scene.clock.advance(Duration.ofMinutes(1));
    assertThat(scene.call("write", "{}")).isEqualTo("done / allowed p/0/approve/0");
    assertThat(unused).hasValue(0);
    assertThat(scene.call("read", "{}")).startsWith("rate_limited after 60000 ms");
  }

  @Test
  void countsNothingThatDidNotGoOnSinceAnotherUsedItsApprovalUp() {
    var scene = DecisionScene.of(HELD);
    scene.approvals =
        (call, _, _, gate) -> {
          assertThat(gate.open()).isTrue();
          gate.close();
          return new Answer.Waiting(call, Instant.MAX, Duration.ofSeconds(1));
        };

    assertThat(scene.call("write", "{}")).startsWith("approval_required");

    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("read", "{}")).startsWith("rate_limited after 60000 ms");
  }

  @Test
  void takesBackJustTheCallThatDidNotGoOn() {
    var counts = new CallCounts();
    var turn = new TurnId("turn_" + "a".repeat(26));
    var limits = List.of(new Limit(new Rule("p", "v", "/"), OptionalInt.of(3), OptionalInt.of(3)));
    for (long at = 1; at <= 3; at++) {
      assertThat(counts.begin(turn, limits, at)).isEmpty();
    }
    assertThat(counts.begin(turn, limits, 4)).isPresent();

    counts.takeBack(turn, limits, 2);
    counts.takeBack(turn, List.of(), 2);

    assertThat(counts.of(turn)).isEqualTo(1);
    assertThat(counts.begin(turn, limits, 4)).isEmpty();
    var other = new TurnId("turn_" + "b".repeat(26));
    for (long begun : new long[] {1, 3, 4}) {
      long free = begun + Duration.ofMinutes(1).toNanos();
      assertThat(counts.begin(other, limits, free - 1)).isPresent();
      assertThat(counts.begin(other, limits, free)).isEmpty();
    }
  }

  @Test
  void countsOnlyWhereItsConditionHolds() {
    var scene =
        DecisionScene.of(
            "{'resource': 'crm', 'actions': ['read']}, {'resource': 'crm', 'actions': ['read'],"
                + " 'when': 'args.n > 5', 'limits': {'per_minute': 1}}");

    assertThat(scene.call("read", "{'n': 6}")).startsWith("done");
    assertThat(scene.call("read", "{'n': 6}")).startsWith("rate_limited");
    assertThat(scene.call("read", "{'n': 5}")).startsWith("done");
  }

  @Test
  void keepsCountingWhenPoliciesAreReloaded() {
    var scene = DecisionScene.of(LIMITED);
    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("read", "{}")).startsWith("done");

    scene.authority.use(
        GrantSamples.compile(
            DecisionScene.policy(LIMITED.replace("'per_minute': 2", "'per_minute': 3"))));

    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("read", "{}")).startsWith("rate_limited");
    scene.authority.use(
        GrantSamples.compile(
            DecisionScene.policy(LIMITED.replace("'per_minute': 2", "'per_minute': 1"))));
    assertThat(scene.call("read", "{}")).startsWith("rate_limited");
  }

  @Test
  void letsNoMoreGoOnThatCallAtOnce() throws Exception {
    var scene =
        DecisionScene.of("{'resource': 'crm', 'actions': ['read'], 'limits': {'per_minute': 50}}");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 200).forEach(_ -> threads.execute(() -> scene.call("read", "{}")));
    }

    assertThat(scene.evidence.outcomes()).hasSize(50);
  }

  @Test
  void boundsByTheUsersPolicyToo() {
    var scene =
        new DecisionScene(
            DecisionScene.policy("{'resource': 'crm', 'actions': ['read']}"),
            DecisionScene.userPolicy(
                "{'resource': 'crm', 'actions': ['read'], 'limits': {'per_minute': 1}}"));

    assertThat(scene.callForUser("read", "{}")).startsWith("done");
    assertThat(scene.callForUser("read", "{}"))
        .isEqualTo("rate_limited after 60000 ms / denied per_minute_reached u/0/limits");
    assertThat(scene.call("read", "{}")).startsWith("done");
  }
}
