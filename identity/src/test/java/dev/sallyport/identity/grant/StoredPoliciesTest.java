package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.DecisionScene.WHO;
import static dev.sallyport.identity.grant.DecisionScene.json;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.TestingClock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was stored by another version starts, and decides no more than it says. */
class StoredPoliciesTest {
  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, new TestingClock());
  private final GrantResources grants =
      new GrantResources(authority, ToolSchemas.NONE, Runnable::run, () -> {});

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "AZ-11: a stored rule that changes nothing is told of at the start, and not taken anew")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'resource': 'crm', 'actions': ['read', 'read']} | /spec/tools/0/actions/1 | changes"
            + " nothing: /spec/tools/0/actions/0 says it always | true",
        "{'resource': 'crm', 'actions': ['read']}, {'resource': 'crm', 'actions': ['read'], 'when':"
            + " 'args.n < 3'} | /spec/tools/1/actions/0 | changes nothing | true",
        "{'resource': 'crm', 'actions': ['read'], 'deny': ['read']} | /spec/tools/0/actions/0 | is"
            + " never reached: /spec/tools/0/deny/0 denies it always | false",
        "{'resource': 'crm', 'actions': ['read'], 'when': 'true'} | /spec/tools/0/when | is always"
            + " true | true",
        "{'resource': 'crm', 'actions': ['read']}, {'resource': 'crm', 'deny': ['read'], 'when':"
            + " '1 < 2'} | /spec/tools/1/when | is always true | false",
        "{'resource': 'crm', 'actions': ['read']}, {'resource': 'crm', 'deny': ['read'], 'when':"
            + " 'false'} | /spec/tools/1/when | is always false | true",
        "{'resource': 'crm', 'actions': ['read'], 'when': 'args.n < 3'}, {'resource': 'crm',"
            + " 'actions': ['read'], 'when': 'args.n < 3'} | /spec/tools/1/actions/0 | changes"
            + " nothing | true",
        "{'resource': 'crm', 'approve': ['read'], 'deny': ['drop']} | /spec/tools/0/approve/0 | is"
            + " not granted: name it in actions, too | false",
        "{'resource': 'crm', 'actions': ['read'], 'when': 'args.n + true == 3'} |"
            + " /spec/tools/0/when | does not compile | false",
        "{'resource': 'crm', 'actions': ['read']}, {'resource': 'crm', 'deny': ['read'], 'when':"
            + " '1'} | /spec/tools/1/when | does not compile | false",
        "{'resource': 'crm', 'actions': ['read']}, {'resource': 'crm', 'actions': ['read'], 'when':"
            + " '1', 'limits': {'max_calls': 1}} | /spec/tools/1/when | does not compile | false",
      })
  void startsWithWhatItWouldNotTakeAnew(String rules, String place, String problem, boolean allowed)
      throws Exception {
    var stored = policy("p", "{" + WHO + ", 'tools': [" + rules + "]}");

    grants.prepare(set(stored)).activate();

    assertThat(authority.policies().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning.pointer()).isEqualTo(place))
        .satisfies(warning -> assertThat(warning.problem()).startsWith(problem));
    assertThat(decide() instanceof Decision.Allowed).isEqualTo(allowed);
    assertThat(decide() instanceof Decision.Denied).isEqualTo(!allowed);
    grants.prepare(set(stored)).activate();
    assertThat(refused(policy("q", stored.spec().toString().replace("agent/a", "agent/b"))))
        .extracting(Mistake::pointer)
        .containsExactly(place);
  }

  @Test
  @DisplayName("AZ-11: nothing starts with a stored condition that cannot be read")
  void refusesAStoredConditionThatCannotBeRead() {
    var rule = "{'resource': 'crm', 'actions': ['read'], 'when': 'args.n <'}";

    assertThat(refused(policy("p", "{" + WHO + ", 'tools': [" + rule + "]}")))
        .extracting(Mistake::pointer)
        .containsExactly("/spec/tools/0/when");
  }

  private List<Mistake> refused(Resource resource) {
    try {
      grants.prepare(set(resource));
      return List.of();
    } catch (InvalidResourcesException e) {
      return e.mistakes();
    }
  }

  private Decision decide() {
    var whole = GrantSamples.action(DecisionScene.agent(false), new Target.Tool("crm", "read"));
    return authority.decide(
        new Action(whole.caller(), whole.target(), json("{'n': 1}"), new byte[0], List.of()));
  }

  private static ResourceSet set(Resource... resources) {
    return new ResourceSet(List.of(resources));
  }
}
