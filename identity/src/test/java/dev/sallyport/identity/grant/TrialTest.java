package dev.sallyport.identity.grant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.condition.Condition;
import dev.sallyport.identity.condition.Verdict;
import dev.sallyport.identity.grant.Considered.Says;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrialTest {
  private static final Rule RULE = new Rule("p", "v", "/spec/tools/0");
  private static final AgentPolicy POLICY =
      new AgentPolicy(
          "p",
          new AgentPolicy.Whose("", "", ""),
          ResourceRules.NONE,
          List.of(),
          Map.of(),
          false,
          AgentTerms.STRICT,
          AgentPolicySpec.Arguments.HASH);

  private final AtomicInteger looks = new AtomicInteger();
  private final Condition counted =
      _ -> {
        looks.incrementAndGet();
        return Verdict.TRUE;
      };

  @Test
  void looksOnceAtEachConditionThoughRulesAreTried() {
    var trial =
        trial(
            PolicyRule.of(RULE, Says.DENY, counted, true),
            PolicyRule.of(RULE, Says.ALLOW, counted, false));

    assertThat(trial.ruling()).isInstanceOf(Ruling.Granted.class);
    assertThat(trial.shadow()).get().isInstanceOf(Ruling.Denied.class);
    assertThat(looks).hasValue(2);
  }

  @Test
  void looksAtNoConditionThatCanChangeNothingAnyMore() {
    var trial =
        trial(
            PolicyRule.of(RULE, Says.DENY, counted, false),
            PolicyRule.of(RULE, Says.ALLOW, counted, false));

    assertThat(trial.ruling()).isInstanceOf(Ruling.Denied.class);
    assertThat(trial.shadow()).isEmpty();
    assertThat(looks).hasValue(1);
  }

  private static Trial trial(PolicyRule... rules) {
    var inquiry =
        new Inquiry(
            DecisionScene.agent(false),
            new Target.Tool("crm", "read"),
            JsonNodeFactory.instance.objectNode(),
            new Circumstances(Instant.EPOCH, Optional.empty(), "USER", 0));
    var facts = Deliberation.facts(inquiry, POLICY, new BoundAction("crm", "read"));
    return new Trial(POLICY, List.of(rules), "no_rule", Optional.of(facts), Trial.Story.NONE);
  }
}
