package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a policy says how its agent lives with untrusted content. */
class AgentTermsTest {
  private static final String TOOLS = ", 'tools': [{'resource': 'crm', 'actions': ['*']}]";
  private static final Principal AGENT = GrantSamples.principal("spiffe://prod/agent/a");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      nullValues = "none",
      delimiter = '|',
      value = {
        " | false | true | false",
        "{} | false | true | false",
        "{'tainted_read': true} | true | true | false",
        "{'new_turns': 'inherit', 'calls': 'any'} | false | true | false",
        "{'new_turns': 'clean'} | false | false | false",
        "{'calls': 'proposed'} | false | true | true"
      })
  void letsAnAgentReadForgetAndActOnItsOwnOnlyAsItSays(
      String terms, boolean reads, boolean inherits, boolean proposed) throws Exception {
    assertThat(terms(TOOLS + containment(terms)))
        .isEqualTo(new AgentTerms(reads, true, inherits, proposed));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      nullValues = "none",
      delimiter = '|',
      value = {
        "true | | true",
        "false | | false",
        "true | {'client_tools': 'trusted'} | false",
        "false | {'client_tools': 'strict'} | true"
      })
  void containsTheToolsOfAnAgentThatHasToolsHereUnlessItSaysOtherwise(
      boolean hasTools, String terms, boolean contains) throws Exception {
    assertThat(terms((hasTools ? TOOLS : "") + containment(terms)).containsClientTools())
        .isEqualTo(contains);
  }

  @Test
  void trustsNothingOfAnAgentWithoutAPolicy() {
    assertThat(
            new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system())
                .terms(AGENT))
        .isEqualTo(AgentTerms.STRICT);
  }

  @Test
  void takesNoTermsFromTheDocumentOfOthers() {
    var policy = resource("access.envisionai.dev/v1", "AgentPolicy", "p", spec(containment("{}")));

    assertThatThrownBy(() -> PolicySet.compile(new ResourceSet(List.of(policy))))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e -> assertThat(e.mistakes().getFirst().pointer()).isEqualTo("/spec/containment"));
  }

  private static AgentTerms terms(String more) throws InvalidResourcesException {
    var authority = new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
    var policy = resource("sallyport.dev/v1", "AgentPolicy", "p", spec(more));
    authority.use(PolicySet.compile(new ResourceSet(List.of(policy))));
    return authority.terms(AGENT);
  }

  private static String containment(String terms) {
    return terms == null ? "" : ", 'containment': " + terms;
  }

  private static String spec(String more) {
    return "{'identity': {'workload': 'spiffe://prod/agent/a'}, 'models': {'allow': ['m']}"
        + more
        + "}";
  }
}
