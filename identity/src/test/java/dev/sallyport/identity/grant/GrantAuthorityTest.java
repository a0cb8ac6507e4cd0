package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.action;
import static dev.sallyport.identity.grant.GrantSamples.binding;
import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.principal;
import static dev.sallyport.identity.grant.GrantSamples.resource;
import static dev.sallyport.identity.grant.GrantSamples.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class GrantAuthorityTest {
  private static final String ANALYST = "spiffe://prod/agent/finance-analyst";
  private static final Target QUERY = new Target.Tool("sf", "query_accounts");

  static final PolicySet GOLDEN =
      compile(
          resource(
              "access.envisionai.dev/v1",
              "AgentPolicy",
              "finance-analyst-readonly",
              """
              {'identity': {'workload': 'spiffe://prod/agent/finance-analyst'},
               'models': {'allow': ['reasoning-high', 'summarization'], 'budget': {'daily_usd': 75}},
               'tools': [{'resource': 'salesforce.accounts', 'actions': ['read', 'search'],
                          'deny': ['export', 'update', 'delete']}],
               'credentials': {'injection': 'runtime', 'expose_to_agent': false},
               'audit': {'record': ['identity', 'policy', 'action', 'outcome']}}
              """),
          policy(
              "operator",
              """
              {'identity': {'workload': 'spiffe://prod/agent/operator'},
               'models': {'allow': ['*']},
               'tools': [{'resource': 'salesforce.accounts', 'actions': ['*']},
                         {'resource': 'salesforce.accounts', 'deny': ['delete']},
                         {'resource': 'files', 'actions': ['read_file', 'list']},
                         {'resource': 'files', 'actions': ['write_file']},
                         {'resource': 'both', 'deny': ['x'], 'when': 'ctx.calls >= 0'},
                         {'resource': 'closed', 'deny': ['*']},
                         {'resource': 'crm', 'actions': ['delete_account', 'query_accounts']},
                         {'resource': 'both', 'actions': ['x']}]}
              """),
          policy(
              "human",
              "{'identity': {'workload': 'oidc://corp/alice'}, 'models': {'allow': ['fast']}}"),
          policy("nothing", "{'identity': {'workload': 'spiffe://prod/agent/nothing'}}"),
          binding(
              "sf",
              """
              {'server': 'sf', 'tools': {
                'query_accounts': {'resource': 'salesforce.accounts', 'action': 'read'},
                'find': {'resource': 'salesforce.accounts', 'action': 'search'},
                'dump': {'resource': 'salesforce.accounts', 'action': 'export'},
                'drop': {'resource': 'salesforce.accounts', 'action': 'delete'},
                'odd name': {'resource': 'salesforce.accounts', 'action': 'read'}}}
              """),
          binding(
              "crm",
              """
              {'server': 'crm', 'tools': {
                'delete_account': {'resource': 'salesforce.accounts', 'action': 'delete'}}}
              """));

  private final GrantAuthority authority =
      new GrantAuthority(Optional.of("guard"), TurnFacts.CLEAN, InstantSource.system());

  @ParameterizedTest(name = "{0}: {1}")
  @CsvFileSource(resources = "decisions.csv", delimiter = '|', numLinesToSkip = 1)
  void decidesAsInTheGoldenTable(String who, String what, String answer) {
    authority.use(GOLDEN);

    assertThat(written(authority.decide(action(principal(who), target(what))))).isEqualTo(answer);
  }

  private static String written(Decision decision) {
    return switch (decision) {
      case Allowed allowed ->
          "allow %s %s as %s/%s"
              .formatted(
                  allowed.by().policy(),
                  allowed.by().rule().isEmpty() ? "-" : allowed.by().rule(),
                  allowed.resource(),
                  allowed.action());
      case Decision.Held held ->
          "hold %s %s as %s/%s"
              .formatted(held.by().policy(), held.by().rule(), held.resource(), held.action());
      case Denied denied ->
          "deny %s %s%s"
              .formatted(
                  denied.refusal().code(),
                  denied.reason(),
                  denied.by().map(rule -> " " + rule.rule()).orElse(""));
    };
  }

  @Test
  void az12_grantsNothingWithoutPolicies() {
    assertThat(written(authority.decide(action(principal(ANALYST), QUERY))))
        .isEqualTo("deny unknown_tool no_policy");
    authority.use(compile());
    assertThat(written(authority.decide(action(principal(ANALYST), QUERY))))
        .isEqualTo("deny unknown_tool no_policy");
  }

  @Test
  void az11_keepsTheOldPoliciesIfNewOnesDoNotHold() throws Exception {
    var resources = new GrantResources(authority, ToolSchemas.NONE, Runnable::run, () -> {});
    var good =
        policy(
            "good", "{'identity': {'workload': '" + ANALYST + "'}, 'models': {'allow': ['fast']}}");
    resources.prepare(new ResourceSet(List.of(good))).activate();

    var bad = policy("bad", "{'identity': {'workload': 'spiffe://prod/x'}, 'tools': []}");
    assertThatThrownBy(() -> resources.prepare(new ResourceSet(List.of(good, bad))))
        .isInstanceOf(InvalidResourcesException.class);
    assertThat(authority.policies().size()).isEqualTo(1);
    assertThat(authority.visible(principal(ANALYST), new Target.Model("fast"))).isTrue();
  }

  @Test
  void changesNothingBeforeItIsActivated() throws Exception {
    var prepared =
        new GrantResources(authority, ToolSchemas.NONE, Runnable::run, () -> {})
            .prepare(
                new ResourceSet(
                    List.of(
                        policy(
                            "p",
                            "{'identity': {'workload': '"
                                + ANALYST
                                + "'}, 'models': {'allow': ['fast']}}"))));

    assertThat(authority.visible(principal(ANALYST), new Target.Model("fast"))).isFalse();
    prepared.activate();
    assertThat(authority.visible(principal(ANALYST), new Target.Model("fast"))).isTrue();
  }

  @Test
  void az18_answersAlikeForUnknownForbiddenAndNotGranted() {
    authority.use(GOLDEN);
    for (var tool : List.of("dump", "no_such_tool", "query_accounts\u0000", "QUERY_ACCOUNTS")) {
      assertThat(authority.decide(action(principal(ANALYST), new Target.Tool("sf", tool))))
          .isInstanceOfSatisfying(
              Denied.class,
              denied -> assertThat(denied.refusal()).isEqualTo(RefusalCode.UNKNOWN_TOOL));
    }
  }

  @Test
  void givesTheBudgetAndTheVersionOfThePolicyWithTheGrant() {
    authority.use(GOLDEN);

    var allowed =
        (Allowed) authority.decide(action(principal(ANALYST), new Target.Model("summarization")));
    assertThat(allowed.budgets()).containsExactly(new Budget(Per.DAY, 75_000_000, Mode.HARD));
    assertThat(allowed.by().version()).matches("[0-9a-f]{12}");
    assertThat(((Allowed) authority.decide(action(principal(ANALYST), QUERY))).by())
        .isEqualTo(
            new Decision.Rule(
                "finance-analyst-readonly", allowed.by().version(), "/spec/tools/0/actions/0"));
  }

  @Test
  void refusesToActInTheTurnOfAnother() {
    authority.use(GOLDEN);
    var other = new PrincipalId("spiffe://prod/agent/operator");
    for (var target :
        List.of(QUERY, new Target.Model("summarization"), new Target.TurnOperation("q_get"))) {
      assertThat(written(authority.decide(action(principal(ANALYST), target, other))))
          .isEqualTo("deny unknown_turn turn_of_another");
    }
    assertThat(
            authority.decide(
                action(principal("sallyport:quarantine"), new Target.Model("guard"), other)))
        .isInstanceOf(Allowed.class);
  }

  @Test
  void asksAPersonBeforeAnybodyVouchesForWhatATurnHolds() {
    authority.use(GOLDEN);

    assertThat(authority.decide(action(principal(ANALYST), new Target.TurnOperation("q_release"))))
        .isInstanceOfSatisfying(
            Decision.Held.class,
            held -> assertThat(held.by().policy()).isEqualTo("builtin/turn-release"));
    assertThat(authority.decide(action(principal(ANALYST), new Target.TurnOperation("q_map"))))
        .isInstanceOf(Allowed.class);
    assertThat(authority.visible(principal(ANALYST), new Target.TurnOperation("q_release")))
        .isTrue();
  }

  @Test
  void letsTheQuarantineSpendTheBudgetOfWhomItServes() {
    authority.use(GOLDEN);
    var model = new Target.Model("guard");

    var served =
        (Allowed)
            authority.decide(
                action(principal("sallyport:quarantine"), model, new PrincipalId(ANALYST)));
    var unknown = (Allowed) authority.decide(action(principal("sallyport:quarantine"), model));

    assertThat(served.budgets()).containsExactly(new Budget(Per.DAY, 75_000_000, Mode.HARD));
    assertThat(unknown.budgets()).isEmpty();
  }

  @Test
  void letsTheQuarantineSpendTheBudgetOfTheUserWhomItServesToo() {
    authority.use(
        compile(
            policy(
                "agent",
                "{'identity': {'workload': '"
                    + ANALYST
                    + "'}, 'models': {'allow': ['*'], 'budget': {'daily_usd': 75}}}"),
            policy(
                "user",
                """
                {'identity': {'user': 'oidc://corp/alice'},
                 'models': {'allow': ['*'], 'budget': {'turn_usd': 2}}}
                """)));
    var agents = new Budget(Per.DAY, 75_000_000, Mode.HARD);
    var users = new Budget(Per.TURN, 2_000_000, Mode.HARD);

    assertThat(askedFor("oidc://corp/alice").budgets()).containsExactly(agents, users);
    assertThat(askedFor("oidc://corp/bob").budgets()).containsExactly(agents);
  }

  private Allowed askedFor(String user) {
    var owner = new Owner(new PrincipalId(ANALYST), Optional.of(new PrincipalId(user)));
    return (Allowed)
        authority.decide(
            action(principal("sallyport:quarantine"), new Target.Model("guard"), owner));
  }

  @Test
  void makesNoAdministratorOfAKeyOrAnSvidThatCarriesTheName() {
    var change = new Target.Administration("AgentPolicy", "p", "put");
    for (var method : AuthenticationMethod.values()) {
      var decision = authority.decide(action(principal("sallyport:admin", method), change));
      var mayBe =
          method == AuthenticationMethod.INTERNAL || method == AuthenticationMethod.ACCESS_TOKEN;
      assertThat(decision instanceof Allowed).as(method.label()).isEqualTo(mayBe);
    }
  }

  @Test
  void makesNoPartOfSallyportOfAKeyThatCarriesItsName() {
    var key = principal("sallyport:quarantine", AuthenticationMethod.VIRTUAL_KEY);
    assertThat(written(authority.decide(action(key, new Target.Model("guard")))))
        .isEqualTo("deny unknown_model no_policy");
    var registry = principal("sallyport:registry", AuthenticationMethod.VIRTUAL_KEY);
    assertThat(written(authority.decide(action(registry, new Target.ServerInspection("sf")))))
        .isEqualTo("deny unknown_server not_the_registry");
  }

  @Test
  void givesTheQuarantineNoModelUnlessOneIsConfigured() {
    var without = new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
    assertThat(
            written(
                without.decide(
                    action(principal("sallyport:quarantine"), new Target.Model("guard")))))
        .isEqualTo("deny unknown_model no_policy");
  }
}
