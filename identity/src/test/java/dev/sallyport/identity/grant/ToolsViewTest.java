package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.principal;
import static dev.sallyport.identity.grant.GrantSamples.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolsViewTest {
  private static final String WHO = "spiffe://prod/agent/a";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {" | false", ", 'tools_view': 'list' | false", ", 'tools_view': 'search' | true"})
  void showsToolsAsThePolicySays(String view, boolean searches) {
    var authority = new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
    assertThat(authority.searchesTools(principal(WHO))).isFalse();

    authority.use(compile(policy("p", spec(view == null ? "" : view))));

    assertThat(authority.searchesTools(principal(WHO))).isEqualTo(searches);
    assertThat(authority.searchesTools(principal("spiffe://prod/agent/b"))).isFalse();
  }

  @Test
  void takesAViewInItsOwnVersionOfTheDocumentOnly() {
    var document =
        resource("access.envisionai.dev/v1", "AgentPolicy", "p", spec(", 'tools_view': 'list'"));

    assertThatThrownBy(() -> PolicySet.compile(new ResourceSet(List.of(document))))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e -> assertThat(e.mistakes().getFirst().pointer()).isEqualTo("/spec/tools_view"));
  }

  private static String spec(String view) {
    return "{'identity': {'workload': '%s'}%s}".formatted(WHO, view);
  }
}
