package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.DecisionScene.WHO;
import static dev.sallyport.identity.grant.DecisionScene.json;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChangedToolsTest {
  private static final JsonNode BY_LIMIT = json("{'properties': {'limit': {'type': 'integer'}}}");
  private static final JsonNode BY_COUNT = json("{'properties': {'count': {'type': 'integer'}}}");
  private static final Resource POLICY =
      policy(
          "p",
          "{"
              + WHO
              + ", 'tools': [{'resource': 'sf', 'actions': ['query'], 'when': 'args.limit <="
              + " 9'}]}");

  private JsonNode schema = BY_LIMIT;
  private Runnable whenRead = () -> {};
  private final TestingClock clock = new TestingClock();
  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, clock);
  private final ActionPath path =
      new ActionPath(authority, new RecordingEvidence(), clock, (_, _, _) -> {});
  private final List<PolicySet> told = new ArrayList<>();
  private final GrantResources grants =
      new GrantResources(authority, this::tools, Runnable::run, this::changed);

  @Test
  @DisplayName("AZ-10: a call under way that changed tools take the grant from is given up")
  void givesUpWhatIsUnderWayAndNotGrantedAnyMore() throws Exception {
    grants.prepare(set(POLICY)).activate();
    var action = action();

    var why =
        path.perform(
            action,
            _ -> {
              grants.checkAgain();
              assertThat(action.caller().presence().cancellation().why()).isEmpty();
              schema = BY_COUNT;
              grants.checkAgain();
              return Performed.succeeded(action.caller().presence().cancellation().why());
            });

    assertThat(why).contains(Why.POLICY_REVOKED);
    assertThat(told).containsExactly(authority.policies());
  }

  @Test
  @DisplayName("AZ-10: tools that change while policies are prepared are looked at all the same")
  void looksAgainAtWhatWasPreparedByTheToolsOfBefore() throws Exception {
    grants.prepare(set()).activate();
    var prepared = grants.prepare(set(POLICY));
    schema = BY_COUNT;
    grants.checkAgain();

    prepared.activate();

    assertThat(authority.policies().warnings())
        .extracting(Mistake::pointer)
        .containsExactly("/spec/tools/0/when");
    assertThat(authority.decide(action())).isInstanceOf(Decision.Denied.class);
    assertThat(told).containsExactly(authority.policies());
  }

  @Test
  void looksAgainAtWhatIsPutInForceWhileItLooks() throws Exception {
    var other =
        policy(
            "q",
            "{'identity': {'workload': 'spiffe://prod/q'}, 'tools': [{'resource': 'sf', 'actions':"
                + " ['query']}]}");
    grants.prepare(set(other)).activate();
    var prepared = grants.prepare(set(other, POLICY));
    schema = BY_COUNT;
    whenRead =
        () -> {
          whenRead = () -> {};
          prepared.activate();
        };

    grants.checkAgain();

    assertThat(authority.policies().warnings()).isNotEmpty();
    assertThat(authority.decide(action())).isInstanceOf(Decision.Denied.class);
  }

  private Optional<Map<String, JsonNode>> tools(String server) {
    whenRead.run();
    return server.equals("sf") ? Optional.of(Map.of("query", schema)) : Optional.empty();
  }

  private void changed() {
    told.add(authority.policies());
    path.review();
  }

  private static ResourceSet set(Resource... resources) {
    return new ResourceSet(List.of(resources));
  }

  private static Action action() {
    var whole = GrantSamples.action(DecisionScene.agent(false), new Target.Tool("sf", "query"));
    return new Action(whole.caller(), whole.target(), json("{'limit': 9}"), new byte[0], List.of());
  }
}
