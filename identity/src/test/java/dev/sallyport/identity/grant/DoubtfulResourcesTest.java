package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.binding;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.resource;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a rule is about that there is not: it may be misspelled, or come later. */
class DoubtfulResourcesTest {
  private static final Resource SERVER =
      resource(Resource.API_VERSION, "McpServer", "crm", "{'transport': 'streamable-http'}");
  private static final Resource BINDING =
      binding("b", "{'server': 'crm', 'tools': {'q': {'resource': 'accounts', 'action': 'read'}}}");

  private final GrantResources grants =
      new GrantResources(
          new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system()),
          ToolSchemas.NONE,
          Runnable::run,
          () -> {});

  @Test
  void tellsOfARuleOnWhatIsNoServerAndNothingIsBoundTo() throws Exception {
    var doubts = doubts(SERVER, BINDING, rules("crm", "accouts", "accounts", "cmr"));

    assertThat(doubts)
        .extracting(Mistake::pointer)
        .containsExactly("/spec/tools/1/resource", "/spec/tools/3/resource");
    assertThat(doubts.getFirst().problem()).contains("accouts");
    assertThat(doubts.getFirst().resource().toString()).isEqualTo("AgentPolicy/p");
  }

  @Test
  void takesAPolicyThatComesBeforeItsServerAndTellsNoMoreOnceThatIsThere() throws Exception {
    assertThat(doubts(rules("crm"))).hasSize(1);
    assertThat(doubts(SERVER, rules("crm"))).isEmpty();
  }

  @Test
  void tellsNothingOfAPolicyWithoutRulesOnTools() throws Exception {
    assertThat(doubts(policy("p", "{'identity': {'workload': 'spiffe://prod/p'}}"))).isEmpty();
  }

  private List<Mistake> doubts(Resource... resources) throws Exception {
    return grants.prepare(new ResourceSet(List.of(resources))).doubts();
  }

  private static Resource rules(String... named) {
    var rules = String.join("', 'actions': ['*']}, {'resource': '", named);
    return policy(
        "p",
        "{'identity': {'workload': 'spiffe://prod/p'}, 'tools': [{'resource': '%s', 'actions': ['*']}]}"
            .formatted(rules));
  }
}
