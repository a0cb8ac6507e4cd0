package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.DecisionScene.policy;
import static dev.sallyport.identity.grant.DecisionScene.userPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Shadow;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.Considered.Match;
import dev.sallyport.identity.grant.Considered.Says;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionalRulesTest {
  private static final String BOUNDED =
      "{'resource': 'crm', 'actions': ['read'], 'when': 'args.limit <= 100'}";
  private static final String PLAIN = "{'resource': 'crm', 'actions': ['read']}";

  @ParameterizedTest(name = "{0}: {1}")
  @DisplayName("AZ-05, AZ-06, AZ-18: a grant holds while its condition is true, and else is none")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'limit': 100} | done / allowed p/0/actions/0",
        "{'limit': 100, 'extra': 1} | done / allowed p/0/actions/0",
        "{'limit': 101} | unknown_tool / denied condition_not_met",
        "{} | unknown_tool / denied condition_failed.attribute_not_found",
        "{'limit': null} | unknown_tool / denied condition_failed.overload_not_found",
        "{'limit': '50'} | unknown_tool / denied condition_failed.overload_not_found",
        "{'limit': 50.0} | done / allowed p/0/actions/0",
        "{'limit': -0} | done / allowed p/0/actions/0",
        "{'limit': 1e400} | unknown_tool / denied condition_failed.number_out_of_range",
        "{'limit': 50, 'extra': 1e400} | unknown_tool / denied"
            + " condition_failed.number_out_of_range",
        "{'limit': 9223372036854775808} | unknown_tool / denied"
            + " condition_failed.number_out_of_range",
      })
  void grantsWhileTheConditionIsTrue(String args, String expected) {
    var scene = DecisionScene.of(BOUNDED);

    assertThat(scene.call("read", args)).isEqualTo(expected);
    assertThat(scene.call("nothing", "{}")).startsWith("unknown_tool / denied");
  }

  @ParameterizedTest(name = "{0} of {1}: {2}")
  @DisplayName("AZ-14: what denies, holds or bounds denies where it cannot be looked at")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'deny': ['read'] | {'n': 1} | unknown_tool / denied denied_by_rule p/1/deny/0",
        "'deny': ['read'] | {'n': 2} | done / allowed p/0/actions/0",
        "'deny': ['read'] | {} | unknown_tool / denied condition_failed.attribute_not_found"
            + " p/1/deny/0",
        "'deny': ['read'] | {'n': 2, 'extra': 1e400} | unknown_tool / denied"
            + " condition_failed.number_out_of_range p/1/deny/0",
        "'deny': ['*'] | {'n': null} | done / allowed p/0/actions/0",
        "'deny': ['*'] | {'n': 'x'} | done / allowed p/0/actions/0",
        "'approve': ['read'] | {'n': 1} | approval_required after 1000 ms / held p/1/approve/0",
        "'approve': ['read'] | {'n': 2} | done / allowed p/0/actions/0",
        "'approve': ['read'] | {} | unknown_tool / denied condition_failed.attribute_not_found"
            + " p/1/approve/0",
        "'actions': ['read'], 'limits': {'max_calls': 9} | {} | unknown_tool / denied"
            + " condition_failed.attribute_not_found p/1/limits",
        "'actions': ['read'], 'limits': {'max_calls': 9} | {'n': 2} | done / allowed"
            + " p/0/actions/0",
      })
  void deniesWhereAnythingButAGrantFails(String rule, String args, String expected) {
    var scene =
        DecisionScene.of(PLAIN + ", {'resource': 'crm', " + rule + ", 'when': 'args.n == 1'}");

    assertThat(scene.call("read", args)).isEqualTo(expected);
  }

  @Test
  void putsADenialAboveAGrantWhateverTheirOrder() {
    var deny = "{'resource': 'crm', 'deny': ['read'], 'when': 'args.x == 1'}";
    for (var rules : new String[] {BOUNDED + ", " + deny, deny + ", " + BOUNDED}) {
      var scene = DecisionScene.of(rules);
      assertThat(scene.call("read", "{'limit': 1, 'x': 1}")).contains("denied denied_by_rule");
      assertThat(scene.call("read", "{'limit': 1, 'x': 2}")).startsWith("done");
    }
  }

  @Test
  void grantsWhereOneOfSeveralGrantsHolds() {
    var scene =
        DecisionScene.of(
            BOUNDED + ", {'resource': 'crm', 'actions': ['*'], 'when': 'args.who == \\'me\\''}");

    assertThat(scene.call("read", "{'limit': 500, 'who': 'me'}"))
        .isEqualTo("done / allowed p/1/actions/0");
    assertThat(scene.call("other", "{'who': 'me'}")).isEqualTo("done / allowed p/1/actions/0");
    assertThat(scene.call("read", "{'limit': 500, 'who': 'you'}"))
        .isEqualTo("unknown_tool / denied condition_not_met");
  }

  @Test
  void showsWhatMightBeGranted() {
    var scene =
        DecisionScene.of(
            BOUNDED
                + ", {'resource': 'crm', 'deny': ['read'], 'when': 'ctx.calls > 3'},"
                + " {'resource': 'crm', 'actions': ['write'], 'shadow': true}");
    var agent = DecisionScene.agent(false);

    assertThat(scene.authority.visible(agent, new Target.Tool("crm", "read"))).isTrue();
    assertThat(scene.authority.visible(agent, new Target.Tool("crm", "write"))).isFalse();
  }

  @Test
  void knowsLabelAndCallsOfTheTurnAndPutsThemInEvidence() {
    var scene =
        DecisionScene.of(
            "{'resource': 'crm', 'actions': ['read'], 'when':"
                + " 'ctx.label == \\'USER\\' && ctx.calls < 2 && ctx.source == \\'10.0.0.1\\''}");

    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.call("read", "{}")).isEqualTo("unknown_tool / denied condition_not_met");
    assertThat(scene.grounds().circumstances())
        .hasValueSatisfying(circumstances -> {
          assertThat(circumstances.calls()).isEqualTo(2);
          assertThat(circumstances.label()).isEqualTo("USER");
          assertThat(circumstances.source()).contains("10.0.0.1");
          assertThat(circumstances.time()).isEqualTo(scene.clock.instant());
        });
    scene.beginTurn();
    scene.label = "PUBLIC";
    assertThat(scene.call("read", "{}")).isEqualTo("unknown_tool / denied condition_not_met");
    scene.label = "USER";
    assertThat(scene.call("read", "{}")).startsWith("done");
  }

  @Test
  void decidesOnModelsByWhoAsksAndWhen() {
    var scene =
        new DecisionScene(
            GrantSamples.policy(
                "p",
                "{"
                    + DecisionScene.WHO
                    + ", 'models': {'allow': ['fast'], 'when': 'ctx.label == \\'USER\\''}}"));

    assertThat(scene.use("fast")).isEqualTo("done / allowed p/spec/models/allow/0");
    scene.label = "PUBLIC";
    assertThat(scene.use("fast")).isEqualTo("unknown_model / denied condition_not_met");
    assertThat(scene.use("slow")).isEqualTo("unknown_model / denied no_rule");
  }

  @ParameterizedTest(name = "agent {0}, user {1}: {2}")
  @DisplayName("AZ-17: on behalf of a user an agent may do what both may, never more than either")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'actions': ['read'] | 'actions': ['read'] | done / allowed p/0/actions/0",
        "'actions': ['read'] | 'actions': ['write'] | unknown_tool / denied action_not_granted",
        "'actions': ['write'] | 'actions': ['read'] | unknown_tool / denied action_not_granted",
        "'actions': ['*'] | 'deny': ['read'] | unknown_tool / denied denied_by_rule u/0/deny/0",
        "'deny': ['read'] | 'actions': ['*'] | unknown_tool / denied denied_by_rule p/0/deny/0",
        "'actions': ['read'], 'approve': ['read'] | 'actions': ['read'] | approval_required after"
            + " 1000 ms / held p/0/approve/0",
        "'actions': ['read'] | 'actions': ['read'], 'approve': ['read'] | approval_required after"
            + " 1000 ms / held u/0/approve/0",
        "'actions': ['read'] | 'actions': ['read'], 'when': 'args.n == 1' | done / allowed"
            + " p/0/actions/0",
        "'actions': ['read'] | 'actions': ['read'], 'when': 'args.n == 2' | unknown_tool / denied"
            + " condition_not_met",
        "'actions': ['read'], 'when': 'principal.user.endsWith(\\'/alice\\')' | 'actions': ['read']"
            + " | done / allowed p/0/actions/0",
        "'actions': ['read'], 'when': 'principal.user == \\'\\'' | 'actions': ['read'] |"
            + " unknown_tool / denied condition_not_met",
      })
  void givesAnAgentForAUserWhatBothMay(String agents, String users, String expected) {
    var scene =
        new DecisionScene(
            policy("{'resource': 'crm', " + agents + "}"),
            userPolicy("{'resource': 'crm', " + users + "}"));

    assertThat(scene.callForUser("read", "{'n': 1}")).isEqualTo(expected);
    assertThat(scene.grounds().userRule().isPresent()).isEqualTo(!expected.contains("denied"));
  }

  @Test
  @DisplayName("AZ-17: a user of whom no policy speaks gives an agent nothing")
  void givesAnAgentNothingForAUserWithoutAPolicy() {
    var scene = DecisionScene.of(PLAIN);

    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.callForUser("read", "{}")).isEqualTo("unknown_tool / denied no_user_policy");
    assertThat(scene.authority.visible(DecisionScene.agent(true), new Target.Tool("crm", "read")))
        .isFalse();
    var users = new DecisionScene(userPolicy(PLAIN));
    assertThat(users.callForUser("read", "{}")).isEqualTo("unknown_tool / denied no_policy");
    assertThat(users.call("read", "{}")).isEqualTo("unknown_tool / denied no_policy");
  }

  @Test
  void triesRulesInShadowWithoutDecidingByThem() {
    var scene =
        DecisionScene.of(
            PLAIN
                + ", {'resource': 'crm', 'deny': ['read'], 'when': 'args.n > 5', 'shadow': true},"
                + " {'resource': 'crm', 'actions': ['write'], 'shadow': true}");

    assertThat(scene.call("read", "{'n': 6}")).isEqualTo("done / allowed p/0/actions/0");
    assertThat(scene.grounds().shadow()).map(Shadow::decision).contains("denied");
    assertThat(scene.grounds().shadow().flatMap(Shadow::rule))
        .map(Decision.Rule::rule)
        .contains("/spec/tools/1/deny/0");
    assertThat(scene.call("read", "{}")).startsWith("done");
    assertThat(scene.grounds().shadow()).map(Shadow::decision).contains("denied");
    assertThat(scene.call("read", "{'n': 5}")).startsWith("done");
    assertThat(scene.grounds().shadow()).isEmpty();
    assertThat(scene.call("write", "{}")).isEqualTo("unknown_tool / denied action_not_granted");
    assertThat(scene.grounds().shadow()).map(Shadow::decision).contains("allowed");
  }

  @Test
  void explainsEveryRuleAndDecidesAlike() {
    var scene =
        DecisionScene.of(
            BOUNDED
                + ", {'resource': 'crm', 'deny': ['read'], 'when': 'args.x == 1'},"
                + " {'resource': 'crm', 'deny': ['read'], 'when': 'args.limit > 7',"
                + " 'shadow': true},"
                + " {'resource': 'crm', 'actions': ['read'], 'when': 'args.limit < 5',"
                + " 'limits': {'per_minute': 1}}");

    var explained = scene.explain("read", "{'limit': 8, 'x': 2}");

    assertThat(explained.considered())
        .extracting(
            one -> one.rule().rule() + " " + one.says() + " " + one.match() + " " + one.why())
        .containsExactly(
            "/spec/tools/1/deny/0 DENY NOT_MATCHED condition_false",
            "/spec/tools/0/actions/0 ALLOW MATCHED condition_true",
            "/spec/tools/3/actions/0 ALLOW NOT_MATCHED condition_false",
            "/spec/tools/3/limits LIMIT NOT_MATCHED condition_false",
            "/spec/tools/2/deny/0 DENY SHADOW condition_true");
    assertThat(explained.decision()).isInstanceOf(Decision.Allowed.class);
    assertThat(scene.explain("read", "{'limit': 8}").considered().getFirst())
        .extracting(Considered::says, Considered::match, Considered::why)
        .containsExactly(Says.DENY, Match.FAILED, "condition_failed.attribute_not_found");
    for (var args : new String[] {"{}", "{'limit': 1, 'x': 1}", "{'limit': 500, 'x': 2}"}) {
      var inquiry =
          new Inquiry(
              DecisionScene.agent(false),
              new Target.Tool("crm", "read"),
              DecisionScene.json(args),
              new Circumstances(scene.clock.instant(), Optional.empty(), "USER", 0));
      var policies = scene.authority.policies();
      assertThat(policies.decide(inquiry)).isEqualTo(policies.explain(inquiry).decision());
    }
  }

  @Test
  @DisplayName("AZ-17: what the agent's own policy denies, its user's changes nothing of")
  void triesNothingOfTheUsersPolicyWhereTheAgentsOwnDenies() {
    var users =
        userPolicy(
            "{'resource': 'crm', 'actions': ['read', 'find']}, {'resource': 'crm', 'deny':"
                + " ['read', 'find'], 'when': 'ctx.calls >= 0', 'shadow': true}");
    var scene = new DecisionScene(policy("{'resource': 'crm', 'actions': ['find']}"), users);

    assertThat(scene.callForUser("read", "{}"))
        .isEqualTo("unknown_tool / denied action_not_granted");
    assertThat(scene.grounds().shadow()).isEmpty();
    assertThat(scene.callForUser("find", "{}")).startsWith("done");
    assertThat(scene.grounds().shadow()).isPresent();
  }
}
