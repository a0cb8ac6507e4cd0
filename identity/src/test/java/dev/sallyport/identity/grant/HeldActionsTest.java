package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.action;
import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.principal;
import static dev.sallyport.identity.grant.GrantSamples.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R13: what a policy wants a person to approve. */
class HeldActionsTest {
  private static final String WHO = "spiffe://prod/agent/a";

  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());

  @Test
  void holdsWhatIsGrantedAndWantsAnApproval() {
    authority.use(
        policies(
            """
            {'resource': 'crm', 'actions': ['read', 'write', 'drop', 'purge'],
             'approve': ['write', 'purge']},
            {'resource': 'crm', 'deny': ['purge'], 'when': 'ctx.calls >= 0'}
            """));

    assertThat(decide("read")).isInstanceOf(Allowed.class);
    assertThat(decide("write"))
        .isEqualTo(
            new Held(
                new Decision.Rule("p", version(), "/spec/tools/0/approve/0"),
                "crm",
                "write",
                List.of()));
    assertThat(decide("drop")).isInstanceOf(Allowed.class);
    assertThat(decide("purge"))
        .isInstanceOfSatisfying(
            Denied.class, denied -> assertThat(denied.reason()).isEqualTo("denied_by_rule"));
    assertThat(decide("other")).isInstanceOf(Denied.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['write']} | 15",
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['write'], 'approval_minutes': 1} | 1",
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['*'], 'approval_minutes': 1440} | 1440",
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['write'], 'approval_minutes': 3},"
            + " {'resource': 'crm', 'approve': ['write', '*'], 'approval_minutes': 60} | 3",
      })
  void holdsForAsLongAsTheRuleSays(String rules, int minutes) {
    authority.use(policies(rules));

    assertThat(decide("write"))
        .isInstanceOfSatisfying(
            Held.class, held -> assertThat(held.life()).isEqualTo(Duration.ofMinutes(minutes)));
  }

  @Test
  void showsWhatItHolds() {
    authority.use(policies("{'resource': 'crm', 'actions': ['*'], 'approve': ['write']}"));

    assertThat(authority.visible(principal(WHO), new Target.Tool("crm", "write"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['write']} | write | true",
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['write']} | read | false",
        "{'resource': 'crm', 'actions': ['read'], 'approve': ['*']} | read | true",
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['*']} | any | true",
        "{'resource': 'crm', 'actions': ['write']}, {'resource': 'crm', 'approve': ['write']} |"
            + " write | true",
        "{'resource': 'crm', 'actions': ['write']}, {'resource': 'other', 'actions': ['write'],"
            + " 'approve': ['write']} | write | false",
      })
  void readsTheWantOfAnApprovalBesideTheGrant(String rules, String action, boolean held) {
    authority.use(policies(rules));

    assertThat(decide(action) instanceof Held).isEqualTo(held);
    assertThat(decide(action) instanceof Allowed).isEqualTo(!held);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'resource': 'crm', 'approve': ['write']} | /spec/tools/0/approve/0 | is not granted",
        "{'resource': 'crm', 'approve': ['*']} | /spec/tools/0/approve/0 | is not granted",
        "{'resource': 'crm', 'actions': ['read'], 'approve': ['read', 'write']} |"
            + " /spec/tools/0/approve/1 | is not granted",
        "{'resource': 'crm', 'actions': ['read'], 'approve': []} | /spec/tools/0/approve | is"
            + " empty",
        "{'resource': 'crm', 'actions': ['read'], 'approve': null} | /spec/tools/0/approve | has no"
            + " value",
        "{'resource': 'crm', 'actions': ['read'], 'approve': 'read'} | /spec/tools/0/approve | must"
            + " be a list",
        "{'resource': 'crm', 'actions': ['*'], 'approve': ['re*']} | /spec/tools/0/approve/0 |"
            + " must be a name",
        "{'resource': 'crm', 'actions': ['read'], 'approve': ['read'], 'approval_minutes': 0} |"
            + " /spec/tools/0/approval_minutes | must be 1 to 1440",
        "{'resource': 'crm', 'actions': ['read'], 'approve': ['read'], 'approval_minutes': 1441} |"
            + " /spec/tools/0/approval_minutes | must be 1 to 1440",
        "{'resource': 'crm', 'actions': ['read'], 'approve': ['read'], 'approval_minutes': 'x'} |"
            + " /spec/tools/0/approval_minutes | must be",
        "{'resource': 'crm', 'actions': ['read'], 'approve': ['read'], 'approval_minutes': 1.5} |"
            + " /spec/tools/0/approval_minutes | must be",
        "{'resource': 'crm', 'actions': ['read'], 'approval_minutes': 5} |"
            + " /spec/tools/0/approval_minutes | without approve",
        "{'resource': 'crm', 'actions': ['read'], 'aprove': ['read']} | /spec/tools/0/aprove | did"
            + " you mean approve?",
      })
  void refusesAWantOfAnApprovalThatWouldDoNothing(String rules, String pointer, String problem) {
    assertRefused(document(Resource.API_VERSION, rules), pointer, problem);
  }

  @Test
  void takesTheWantOfAnApprovalInItsOwnVersionOfTheDocumentOnly() {
    var rules = "{'resource': 'crm', 'actions': ['read'], 'approve': ['read']}";

    assertRefused(
        document("access.envisionai.dev/v1", rules),
        "/spec/tools/0/approve",
        "is of apiVersion sallyport.dev/v1 only");
  }

  private static void assertRefused(Resource document, String pointer, String problem) {
    assertThatThrownBy(() -> PolicySet.compile(new ResourceSet(List.of(document))))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e -> {
              assertThat(e.mistakes()).hasSize(1);
              assertThat(e.mistakes().getFirst().pointer()).isEqualTo(pointer);
              assertThat(e.mistakes().getFirst().problem()).contains(problem);
            });
  }

  private Decision decide(String tool) {
    return authority
        .decide(action(principal(WHO), new Target.Tool("crm", tool)))
        .on(Decision.Grounds.NONE);
  }

  private String version() {
    return decide("read") instanceof Allowed allowed ? allowed.by().version() : "";
  }

  private static PolicySet policies(String rules) {
    return compile(document(Resource.API_VERSION, rules));
  }

  private static Resource document(String apiVersion, String rules) {
    var spec = "{'identity': {'workload': '%s'}, 'tools': [%s]}".formatted(WHO, rules);
    return apiVersion.equals(Resource.API_VERSION)
        ? policy("p", spec)
        : resource(apiVersion, "AgentPolicy", "p", spec);
  }
}
