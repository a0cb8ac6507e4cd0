package dev.sallyport.identity.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.replay.Needed;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** What bindings demand of access tokens. Source: RFC 6750, section 3.1; RFC 9470. */
class TokenDemandsTest {
  private static final String AGENT = "oidc://corp/agent-7";
  private static final Resource BINDING =
      GrantSamples.binding(
          "crm",
          """
          {'server': 'crm', 'token': {'scopes': ['crm']}, 'tools': {
            'query': {'resource': 'accounts', 'action': 'read', 'token': {'scopes': ['read']}},
            'drop': {'resource': 'accounts', 'action': 'drop', 'token': {'scopes': ['drop']}},
            'pay': {'resource': 'accounts', 'action': 'pay',
                    'token': {'scopes': ['pay'], 'acr': ['gold', 'silver'], 'maxAgeSeconds': 300}},
            'count': {'resource': 'accounts', 'action': 'count'}}}
          """);
  private static final Resource POLICY =
      GrantSamples.policy(
          "agent",
          """
          {'identity': {'workload': 'oidc://corp/agent-7'}, 'tools': [
            {'resource': 'accounts', 'actions': ['read'], 'when': '!has(args.secret)'},
            {'resource': 'accounts', 'actions': ['pay'], 'limits': {'max_calls': 1}},
            {'resource': 'accounts', 'actions': ['count'], 'approve': ['count']},
            {'resource': 'crm', 'actions': ['*']}]}
          """);

  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, clock);
  private final AtomicInteger asked = new AtomicInteger();
  private final ActionPath path =
      new ActionPath(
          authority,
          evidence,
          (call, _, _) -> {
            asked.incrementAndGet();
            return new Approvals.Answer.Waiting(call, Instant.MAX, Duration.ofSeconds(1));
          },
          clock,
          (_, _, _) -> {});

  TokenDemandsTest() {
    authority.use(GrantSamples.compile(POLICY, BINDING));
  }

  @ParameterizedTest
  @CsvSource({
    "query, '',                insufficient_scope, ToolBinding/crm /spec/token",
    "query, read,              insufficient_scope, ToolBinding/crm /spec/token",
    "query, crm,               insufficient_scope, ToolBinding/crm /spec/tools/query/token",
    "query, crm READ,          insufficient_scope, ToolBinding/crm /spec/tools/query/token",
    "query, crm read:all,      insufficient_scope, ToolBinding/crm /spec/tools/query/token",
    "query, crm read,          done, ''",
    "query, crm read drop pay, done, ''",
    "list,  '',                insufficient_scope, ToolBinding/crm /spec/token",
    "list,  crm,               done, ''"
  })
  void wantsTheScopesOfTheServerAndOfTheTool(String tool, String scopes, String told, String rule) {
    var who = token(scopes);

    assertThat(call(who, tool, "{}")).isEqualTo(told);

    if (!rule.isEmpty()) {
      var refused = evidence.records(Refused.class).getLast().decision();
      assertThat(refused.reason()).isEqualTo(told);
      assertThat(refused.by().map(by -> by.policy() + " " + by.rule())).contains(rule);
      assertThat(refused.grounds().demand().scopes())
          .containsExactlyElementsOf(
              tool.equals("query") ? List.of("crm", "read") : List.of("crm"));
    }
  }

  /** AZ: nobody is told what to get for something that is not granted, or not there. */
  @ParameterizedTest
  @CsvSource({"drop, {}", "query, {'secret': 1}", "nothing.of.that.name, {}"})
  void saysNothingOfScopesToWhomAToolIsNotGranted(String tool, String args) {
    authority.use(
        GrantSamples.compile(
            GrantSamples.policy(
                "agent",
                """
                {'identity': {'workload': 'oidc://corp/agent-7'}, 'tools': [
                  {'resource': 'accounts', 'actions': ['read'], 'when': '!has(args.secret)'},
                  {'resource': 'accounts', 'deny': ['drop']}]}
                """),
            BINDING));
    for (var scopes : List.of("", "crm read drop")) {
      assertThat(call(token(scopes), tool, args)).isEqualTo("unknown_tool");
      assertThat(evidence.records(Refused.class).getLast().decision().grounds().demand())
          .isEqualTo(TokenDemand.NONE);
    }
  }

  /** Scopes are of access tokens: what has none in its nature is bound by its policy alone. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"ACCESS_TOKEN", "INTERNAL"})
  void demandsNothingOfProofsThatHaveNoScopes(AuthenticationMethod method) {
    assertThat(call(GrantSamples.principal(AGENT, method), "query", "{}")).isEqualTo("done");
    assertThat(call(GrantSamples.principal(AGENT, method), "pay", "{}")).isEqualTo("done");
  }

  @Test
  void wantsThemOfOneWhoActsForAUserToo() {
    authority.use(
        GrantSamples.compile(
            POLICY,
            BINDING,
            GrantSamples.policy(
                "user",
                "{'identity': {'user': 'oidc://corp/ann'},"
                    + " 'tools': [{'resource': 'accounts', 'actions': ['read']}]}")));
    var user = new Delegation(new PrincipalId("oidc://corp/ann"), "corp", List.of());

    assertThat(call(acting(token("crm"), user), "query", "{}")).isEqualTo("insufficient_scope");
    assertThat(call(acting(token("crm read"), user), "query", "{}")).isEqualTo("done");
    assertThat(call(acting(token(""), user), "count", "{}")).isEqualTo("unknown_tool");
  }

  /** Nobody is asked to approve what could not go on anyway. */
  @Test
  void looksAtScopesBeforeAPersonIsAsked() {
    assertThat(call(token(""), "count", "{}")).isEqualTo("insufficient_scope");
    assertThat(asked).hasValue(0);

    assertThat(call(token("crm"), "count", "{}")).isEqualTo("approval_required");
    assertThat(asked).hasValue(1);
  }

  @Test
  void countsNoCallThatLacksAScope() {
    var signedIn = new SignIn(Optional.of("gold"), Optional.of(clock.instant()));
    for (int i = 0; i < 3; i++) {
      assertThat(call(token("crm").signedIn(signedIn), "pay", "{}"))
          .isEqualTo("insufficient_scope");
    }
    assertThat(call(token("crm pay").signedIn(signedIn), "pay", "{}")).isEqualTo("done");
    assertThat(call(token("crm pay").signedIn(signedIn), "pay", "{}")).isEqualTo("rate_limited");
  }

  /** What needs a step up is listed: otherwise no client could ever ask for it. */
  @Test
  void showsWhatIsGrantedWhateverTheScopes() {
    for (var tool : List.of("query", "pay", "count", "list")) {
      assertThat(authority.visible(token(""), new Target.Tool("crm", tool))).isTrue();
    }
    assertThat(authority.visible(token("crm drop"), new Target.Tool("crm", "drop"))).isFalse();
    assertThat(authority.sight(token(""))).isEqualTo(authority.sight(token("crm read")));
  }

  /** So that what a model has proposed is still proposed once its caller has the scopes. */
  @Test
  void knowsWhatIsGrantedWhateverTheScopes() {
    var query = action(token(""), new Target.Tool("crm", "query"), DecisionScene.json("{}"));
    var drop = action(token("crm drop"), new Target.Tool("crm", "drop"), DecisionScene.json("{}"));
    var count = action(token(""), new Target.Tool("crm", "count"), DecisionScene.json("{}"));
    var secret =
        action(token(""), new Target.Tool("crm", "query"), DecisionScene.json("{'secret': 1}"));

    assertThat(authority.grant(query).map(Decision.Rule::rule)).contains("/spec/tools/0/actions/0");
    assertThat(authority.grant(count).map(Decision.Rule::rule)).contains("/spec/tools/2/approve/0");
    assertThat(authority.grant(drop)).isEmpty();
    assertThat(authority.grant(secret)).isEmpty();
  }

  static Stream<Target> besideTools() {
    return Stream.of(
        new Target.Prompt("crm", "greet"),
        new Target.Resource("crm", "file:///a"),
        new Target.Template("crm", "doc:///{id}"));
  }

  @ParameterizedTest
  @MethodSource("besideTools")
  void wantsTheScopesOfTheServerForAllThatItHas(Target target) {
    assertThat(told(token("read"), target, "{}")).isEqualTo("insufficient_scope");
    assertThat(told(token("crm"), target, "{}")).isEqualTo("done");
  }

  @ParameterizedTest
  @CsvSource({
    "gold,   0,   done",
    "silver, 300, done",
    "silver, 301, insufficient_user_authentication",
    "gold,   -30, done",
    "gold,   -31, insufficient_user_authentication",
    "bronze, 0,   insufficient_user_authentication",
    "GOLD,   0,   insufficient_user_authentication",
    "'',     0,   insufficient_user_authentication",
    "gold,   ,    insufficient_user_authentication"
  })
  void wantsASignInOfAClassThatIsFresh(String acr, Integer age, String told) {
    var signIn =
        new SignIn(
            Optional.of(acr).filter(one -> !one.isEmpty()),
            Optional.ofNullable(age).map(seconds -> clock.instant().minusSeconds(seconds)));

    assertThat(call(token("crm pay").signedIn(signIn), "pay", "{}")).isEqualTo(told);
  }

  /** With it, all scopes can be asked for at once. */
  @Test
  void wantsAFreshSignInBeforeScopes() {
    assertThat(call(token(""), "pay", "{}")).isEqualTo("insufficient_user_authentication");
    assertThat(evidence.records(Refused.class).getLast().decision().grounds().demand())
        .isEqualTo(
            new TokenDemand(
                new TreeSet<>(Set.of("crm", "pay")),
                List.of("gold", "silver"),
                Optional.of(Duration.ofMinutes(5))));
  }

  @Test
  void tellsWhatIsNeededInWords() {
    assertThatThrownBy(() -> perform(token("crm"), new Target.Tool("crm", "query"), "{}"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.advice())
                  .isEqualTo(
                      "Your access token lacks a scope that this call needs. Get one with it, and"
                          + " make the call again. Needed: scopes crm read.");
              assertThat(refusal.code().status()).isEqualTo(403);
              assertThat(refusal.callId()).isPresent();
            });
    assertThatThrownBy(() -> perform(token("crm"), new Target.Tool("crm", "pay"), "{}"))
        .hasMessageEndingWith(
            " Needed: scopes crm pay, a sign-in of class gold or silver, a sign-in at most 300"
                + " seconds ago.")
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code().status()).isEqualTo(401));
  }

  @Test
  void explainsWhatWouldHaveToChange() {
    var inquiry =
        new Inquiry(
            token("crm"),
            new Target.Tool("crm", "query"),
            DecisionScene.json("{}"),
            new Circumstances(clock.instant(), Optional.empty(), "USER", 0));
    var explanation = authority.policies().explain(inquiry);

    assertThat(explanation.considered()).hasSize(1);
    assertThat(Needed.of(inquiry, explanation, authority.policies().bound(inquiry.target())))
        .singleElement()
        .satisfies(needed -> {
          assertThat(needed.code()).isEqualTo("step_up");
          assertThat(needed.advice()).isEqualTo("The access token must hold scopes crm read.");
        });
    assertThat(authority.policies().demand(new Target.Tool("crm", "drop")).scopes())
        .containsExactly("crm", "drop");
    assertThat(authority.policies().demandOfServer("crm"))
        .isEqualTo(TokenDemand.ofScopes(Set.of("crm")));
    assertThat(authority.policies().demandOfServer("other")).isEqualTo(TokenDemand.NONE);
  }

  /** What is under way ends when more is demanded than its token holds. */
  @Test
  void reviewsWhatIsUnderWay() {
    authority.use(GrantSamples.compile(POLICY));
    var action = action(token(""), new Target.Tool("crm", "list"), DecisionScene.json("{}"));
    var before = (Decision.Allowed) authority.decide(action);

    authority.use(GrantSamples.compile(POLICY, BINDING));

    assertThat(authority.stillAllows(action, before)).isFalse();
  }

  @Test
  void putsTogetherWhatSeveralBindingsDemand() {
    authority.use(
        GrantSamples.compile(
            POLICY,
            GrantSamples.binding(
                "one",
                "{'server': 'crm', 'token': {'scopes': ['a'], 'acr': ['x', 'y'],"
                    + " 'maxAgeSeconds': 60}}"),
            GrantSamples.binding(
                "two",
                "{'server': 'crm', 'token': {'scopes': ['b'], 'acr': ['y', 'z'],"
                    + " 'maxAgeSeconds': 30}}")));

    assertThat(authority.policies().demandOfServer("crm"))
        .isEqualTo(
            new TokenDemand(
                new TreeSet<>(Set.of("a", "b")),
                List.of("y"),
                Optional.of(Duration.ofSeconds(30))));
  }

  static Stream<Arguments> mistakes() {
    var seventeen =
        "['"
            + String.join("','", Stream.iterate(1, i -> i + 1).limit(17).map(i -> "s" + i).toList())
            + "']";
    return Stream.of(
        arguments("{}", "", "demands nothing: give scopes, acr or maxAgeSeconds"),
        arguments("{'scopes': []}", "/scopes", "must hold 1 to 16"),
        arguments("{'acr': []}", "/acr", "must hold 1 to 16"),
        arguments("{'scopes': " + seventeen + "}", "/scopes", "must hold 1 to 16"),
        arguments("{'scopes': ['a b']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['ok', '']}", "/scopes/1", "must be 1 to 128 visible"),
        arguments("{'scopes': ['a\\\\b']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['a\\u0022b']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['a\\r\\nb']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['\\u00e9']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['" + "s".repeat(129) + "']}", "/scopes/0", "must be 1 to 128"),
        arguments("{'scopes': ['offline_access']}", "/scopes", "may not hold offline_access"),
        arguments("{'acr': ['a b']}", "/acr/0", "must be 1 to 128 visible"),
        arguments("{'maxAgeSeconds': 0}", "/maxAgeSeconds", "must be 1 to 86400"),
        arguments("{'maxAgeSeconds': 86401}", "/maxAgeSeconds", "must be 1 to 86400"),
        arguments("{'scope': ['a']}", "/scope", "is not a field here; did you mean scopes?"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void refusesADemandThatDoesNotHoldTogether(String token, String pointer, String problem) {
    assertMistake("{'server': 'crm', 'token': " + token + "}", "/spec/token" + pointer, problem);
    assertMistake(
        "{'server': 'crm', 'tools': {'a/b': {'resource': 'r', 'action': 'x', 'token': "
            + token
            + "}}}",
        "/spec/tools/a~1b/token" + pointer,
        problem);
  }

  @Test
  void takesDemandsAtTheirBounds() {
    var most =
        String.join("','", Stream.iterate(1, i -> i + 1).limit(16).map(String::valueOf).toList());
    var set =
        GrantSamples.compile(
            GrantSamples.binding(
                "crm",
                "{'server': 'crm', 'token': {'scopes': ['%s'], 'maxAgeSeconds': 86400}}"
                    .formatted(most)),
            GrantSamples.binding(
                "more",
                "{'server': 'more', 'token': {'scopes': ['%s'], 'maxAgeSeconds': 1}}"
                    .formatted("s".repeat(128))));

    assertThat(set.demandOfServer("crm").scopes()).hasSize(16);
    assertThat(set.demandOfServer("crm").maxAge()).contains(Duration.ofDays(1));
    assertThat(set.demandOfServer("more").maxAge()).contains(Duration.ofSeconds(1));
  }

  @Test
  void refusesClassesThatNobodyCouldHave() {
    assertMistake(
        "{'server': 'crm', 'token': {'acr': ['gold']}, 'tools': {'pay': {'resource': 'r',"
            + " 'action': 'x', 'token': {'acr': ['silver']}}}}",
        "/spec/tools/pay/token/acr",
        "names no class that is demanded of its server, too");
  }

  private static void assertMistake(String spec, String pointer, String problem) {
    var resources = new ResourceSet(List.of(GrantSamples.binding("crm", spec)));
    assertThatThrownBy(() -> PolicySet.compile(resources))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e ->
                assertThat(e.mistakes())
                    .anySatisfy(mistake -> {
                      assertThat(mistake.pointer()).isEqualTo(pointer);
                      assertThat(mistake.problem()).startsWith(problem);
                    }));
  }

  private static Principal token(String scopes) {
    return new Principal(
        new PrincipalId(AGENT),
        AuthenticationMethod.ACCESS_TOKEN,
        "corp",
        Instant.MAX,
        Confirmation.NONE,
        Stream.of(scopes.split(" ", -1)).filter(one -> !one.isEmpty()).collect(Collectors.toSet()),
        Optional.empty());
  }

  private static Principal acting(Principal agent, Delegation user) {
    return new Principal(
        agent.id(),
        agent.method(),
        agent.authority(),
        agent.expiresAt(),
        agent.confirmation(),
        agent.scopes(),
        Optional.of(user));
  }

  private String call(Principal who, String tool, String args) {
    return told(who, new Target.Tool("crm", tool), args);
  }

  private String told(Principal who, Target target, String args) {
    try {
      return perform(who, target, args);
    } catch (Refusal refusal) {
      return refusal.code().code();
    }
  }

  private String perform(Principal who, Target target, String args) {
    return path.perform(
        action(who, target, DecisionScene.json(args)), _ -> Performed.succeeded("done"));
  }

  private static Action action(Principal who, Target target, JsonNode args) {
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), who.owner(), Instant.EPOCH, false);
    return new Action(new Caller(who, turn, Door.MCP), target, args, new byte[0], List.of());
  }
}
