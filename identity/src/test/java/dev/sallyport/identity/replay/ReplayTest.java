package dev.sallyport.identity.replay;

import static dev.sallyport.identity.replay.Histories.binding;
import static dev.sallyport.identity.replay.Histories.compile;
import static dev.sallyport.identity.replay.Histories.policy;
import static dev.sallyport.identity.replay.Histories.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.replay.ReplayReport.Changed;
import dev.sallyport.identity.resource.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R4: recorded decisions are made again with other policies, and nothing is guessed. */
class ReplayTest {
  private static final String WHO = "spiffe://prod/agent/a";
  private static final Target QUERY = new Target.Tool("crm", "query");
  private static final Resource BINDING =
      binding(
          "crm",
          "{'server': 'crm', 'tools': {'query': {'resource': 'accounts', 'action': 'read',"
              + " 'parameters': {'limit': '/page/limit'}}}}");

  @Test
  void listsWhatWouldBecomeAnotherDecisionWithItsRuleACountAndAnExample() {
    var history = new Histories(of("{'resource': 'crm', 'actions': ['query', 'list', 'send']}"));
    history.call(WHO, QUERY, args());
    history.call(WHO, QUERY, args());
    history.call(WHO, new Target.Tool("crm", "list"), args());
    history.call(WHO, new Target.Tool("crm", "send"), args());
    history.call(WHO, new Target.Tool("crm", "drop"), args());
    var others =
        of("{'resource': 'crm', 'actions': ['list', 'send', 'drop'], 'approve': ['send']}");

    var report = history.replay(others);

    assertThat(report.decisions()).isEqualTo(5);
    assertThat(report.unchanged()).isEqualTo(1);
    assertThat(report.changed())
        .extracting(Changed::to, Changed::target, Changed::reason, Changed::count, Changed::example)
        .containsExactly(
            tuple(Effect.ALLOW, new Target.Tool("crm", "drop"), "", 1L, "c4"),
            tuple(Effect.APPROVE, new Target.Tool("crm", "send"), "", 1L, "c3"),
            tuple(Effect.DENY, QUERY, "action_not_granted", 2L, "c0"));
    assertThat(report.changed().getFirst().rule().orElseThrow().rule())
        .isEqualTo("/spec/tools/0/actions/2");
    assertThat(report.changed().getLast().was().orElseThrow().rule())
        .isEqualTo("/spec/tools/0/actions/0");
  }

  @Test
  void decidesAgainByTheArgumentsAndTheCircumstancesThatWereRecorded() {
    var history = new Histories(of("{'resource': 'crm', 'actions': ['query']}"));
    for (int limit : List.of(99, 100, 101)) {
      history.call(WHO, QUERY, args().put("limit", limit));
    }

    var byArguments =
        history.replay(
            of("{'resource': 'crm', 'actions': ['query'], 'when': 'args.limit <= 100'}"));
    var byCircumstances =
        history.replay(of("{'resource': 'crm', 'actions': ['query'], 'when': 'ctx.calls < 1'}"));

    assertThat(byArguments.changed()).extracting(Changed::example).containsExactly("c2");
    assertThat(byArguments.changed().getFirst().reason()).isEqualTo("condition_not_met");
    assertThat(byCircumstances.newly(Effect.DENY)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'actions': ['read'] | ",
        "'actions': ['read'], 'when': 'args.page.limit < 9' | ",
        "'actions': ['read'], 'when': 'params.limit < 9' | ",
        "'actions': ['read'], 'when': 'ctx.label == \\\"USER\\\"' | ",
        "'actions': ['write'], 'when': 'args.other < 9' | ",
        "'actions': ['read'], 'when': 'args.other < 9' | ARGUMENTS_NOT_RECORDED",
        "'actions': ['read'], 'when': 'args.page.other < 9' | ARGUMENTS_NOT_RECORDED",
        "'actions': ['read'], 'when': 'has(args.page)' | ARGUMENTS_NOT_RECORDED",
        "'actions': ['read'], 'when': 'size(args) < 9' | ARGUMENTS_NOT_RECORDED",
        "'actions': ['read'], 'when': 'args[\\\"oth\\\" + \\\"er\\\"] < 9' |"
            + " ARGUMENTS_NOT_RECORDED",
      })
  void guessesNothingOfArgumentsThatWereNotRecorded(String rule, String why) {
    var history =
        new Histories(compile(ofRules("{'resource': 'accounts', 'actions': ['read']}"), BINDING));
    var arguments = tree("{'page': {'limit': 5, 'other': 6}, 'other': 7}");
    var known =
        new RecordedArguments(tree("{'page': {'limit': 5}}"), false, Set.of("/page/limit"), false);
    history.call(WHO, QUERY, known, arguments);

    var report =
        history.replay(compile(ofRules("{'resource': 'accounts', " + rule + "}"), BINDING));

    assertThat(report.undecided())
        .isEqualTo(why == null ? Map.of() : Map.of(Undecided.valueOf(why), 1L));
    assertThat(report.unchanged()).isEqualTo(why == null && rule.contains("read") ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'actions': ['query'] ; 'deny': ['query'], 'when': 'args.x == 1' | UNDECIDED",
        "'deny': ['query'], 'when': 'args.x == 1' ; 'actions': ['other'] | DENY",
        "'actions': ['query'] ; 'approve': ['query'], 'when': 'args.x == 1' | UNDECIDED",
        "'actions': ['query'], 'when': 'ctx.calls >= 0' ; 'actions': ['query'], 'when': 'args.x =="
            + " 1' | ALLOW",
        "'actions': ['query'], 'when': 'ctx.calls < 0' ; 'actions': ['query'], 'when': 'args.x =="
            + " 1' | UNDECIDED",
      })
  void leavesUndecidedOnlyWhatAMissingArgumentCouldTurn(String rules, String expected) {
    var history = new Histories(of("{'resource': 'crm', 'actions': ['query']}"));
    history.call(WHO, QUERY, RecordedArguments.NONE, args());
    var written = rules.split(" ; ", -1);

    var report =
        history.replay(
            of(
                "{'resource': 'crm', " + written[0] + "}",
                "{'resource': 'crm', " + written[1] + "}"));

    var told =
        !report.undecided().isEmpty()
            ? "UNDECIDED"
            : report.changed().isEmpty() ? "ALLOW" : report.changed().getFirst().to().name();
    assertThat(told).isEqualTo(expected);
  }

  @Test
  void saysWhyItCannotDecideWhatIsOldRedactedUnknownNowOrNoPolicys() {
    var made = new Histories(of("{'resource': 'crm', 'actions': ['query']}"));
    var one = made.call(WHO, QUERY, args().put("x", 1));
    var redacted = new RecordedArguments(args().put("x", 1), true, Set.of(), true);
    var others =
        of("{'resource': 'crm', 'actions': ['query'], 'when': 'args.x == 1 && ctx.calls < 9'}");

    assertThat(undecided(others, with(one, redacted))).isEqualTo(Undecided.ARGUMENTS_REDACTED);
    assertThat(undecided(others, old(one))).isEqualTo(Undecided.CONTEXT_NOT_RECORDED);
    assertThat(undecided(others, byNoPolicy(one))).isEqualTo(Undecided.NOT_BY_POLICY);
    var replay = new Replay(others, target -> !target.equals(QUERY));
    replay.add(one);
    replay.addUnreadable(3);
    assertThat(replay.report().undecided())
        .isEqualTo(Map.of(Undecided.UNKNOWN_NOW, 1L, Undecided.TARGET_NOT_RECORDED, 3L));
    assertThat(replay.report().decisions()).isEqualTo(4);
  }

  @Test
  void countsCallsByTheLimitsThatWouldHold() {
    var history = new Histories(of("{'resource': 'crm', 'actions': ['query']}"));
    for (int i = 0; i < 10; i++) {
      history.call(WHO, QUERY, args());
    }

    assertThat(history.replay(limited("'max_calls': 10")).newly(Effect.LIMIT)).isZero();
    assertThat(history.replay(limited("'max_calls': 9")).newly(Effect.LIMIT)).isEqualTo(1);
    assertThat(history.replay(limited("'per_minute': 10")).newly(Effect.LIMIT)).isZero();
    assertThat(history.replay(limited("'per_minute': 4")).newly(Effect.LIMIT)).isEqualTo(6);
  }

  @Test
  void tellsWhatRulesWouldSayThatAreOnlyTried() {
    var history = new Histories(of("{'resource': 'crm', 'actions': ['query', 'list']}"));
    history.call(WHO, QUERY, args());
    history.call(WHO, QUERY, args());
    history.call(WHO, new Target.Tool("crm", "list"), args());
    var others =
        of(
            "{'resource': 'crm', 'actions': ['query', 'list']}",
            "{'resource': 'crm', 'deny': ['query'], 'shadow': true}");

    var report = history.replay(others);

    assertThat(report.changed()).isEmpty();
    assertThat(report.shadows()).hasSize(1);
    assertThat(report.shadows().getFirst().decision()).isEqualTo("denied");
    assertThat(report.shadows().getFirst().count()).isEqualTo(2);
    assertThat(report.shadows().getFirst().effect()).contains(Effect.ALLOW);

    var tried = new Histories(others);
    tried.call(WHO, QUERY, args());
    var counts = new ShadowCounts();
    tried.made().forEach(counts::add);
    assertThat(counts.counted())
        .extracting(count -> count.decision() + " " + count.rule().orElseThrow().rule())
        .containsExactly("denied /spec/tools/1/deny/0");
  }

  /** 10,000 recorded calls in seconds on any machine, and the same report each time. */
  @Test
  void tellsTheSameOfTenThousandCallsEachTimeAndSoon() {
    var random = new Random(7);
    var history = new Histories(compile(RandomPolicies.resources(random)));
    for (int i = 0; i < 10_000; i++) {
      history.call(WHO, RandomPolicies.target(random), RandomPolicies.arguments(random));
    }
    var others = compile(RandomPolicies.resources(new Random(8)));

    long began = System.nanoTime();
    var report = history.replay(others);
    var took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(report.toString()).isEqualTo(history.replay(others).toString());
    assertThat(report.changed()).isNotEmpty();
    assertThat(took).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void changesNothingUnderTheSamePolicies() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var policies = compile(RandomPolicies.resources(random));
      var history = new Histories(policies);
      for (int i = 0; i < 40; i++) {
        history.call(WHO, RandomPolicies.target(random), RandomPolicies.arguments(random));
      }

      assertThat(history.replay(policies).unchanged()).as("seed %d", seed).isEqualTo(40);
    }
  }

  private static Undecided undecided(PolicySet policies, RecordedDecision one) {
    var replay = new Replay(policies, _ -> true);
    replay.add(one);
    return replay.report().undecided().keySet().iterator().next();
  }

  private static RecordedDecision with(RecordedDecision one, RecordedArguments arguments) {
    return new RecordedDecision(
        one.callId(),
        one.at(),
        one.turn(),
        one.principal(),
        one.target(),
        arguments,
        one.circumstances(),
        one.effect(),
        one.by(),
        one.reason(),
        one.shadow());
  }

  private static RecordedDecision old(RecordedDecision one) {
    return new RecordedDecision(
        one.callId(),
        one.at(),
        one.turn(),
        one.principal(),
        one.target(),
        one.arguments(),
        Optional.empty(),
        one.effect(),
        one.by(),
        one.reason(),
        one.shadow());
  }

  private static RecordedDecision byNoPolicy(RecordedDecision one) {
    return new RecordedDecision(
        one.callId(),
        one.at(),
        one.turn(),
        one.principal(),
        one.target(),
        one.arguments(),
        one.circumstances(),
        Optional.empty(),
        one.by(),
        one.reason(),
        one.shadow());
  }

  private static PolicySet limited(String limits) {
    return of("{'resource': 'crm', 'actions': ['query'], 'limits': {" + limits + "}}");
  }

  private static PolicySet of(String... rules) {
    return compile(ofRules(rules));
  }

  private static Resource ofRules(String... rules) {
    return policy(
        "a",
        "{'identity': {'workload': '" + WHO + "'}, 'tools': [" + String.join(", ", rules) + "]}");
  }

  private static ObjectNode args() {
    return JsonNodeFactory.instance.objectNode();
  }
}
