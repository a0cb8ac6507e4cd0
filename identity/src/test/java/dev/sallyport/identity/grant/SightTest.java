package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.principal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.FixedAuthority;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SightTest {
  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());

  @Test
  void isTheSameWhileThePoliciesAre() {
    authority.use(compile(policy("p", spec("a")), policy("q", spec("b"))));
    var sight = authority.sight(principal("spiffe://prod/agent/a"));

    assertThat(authority.sight(principal("spiffe://prod/agent/a")))
        .isEqualTo(sight)
        .hasSameHashCodeAs(sight);
    assertThat(authority.sight(principal("spiffe://prod/agent/b"))).isNotEqualTo(sight);
    assertThat(authority.sight(principal("spiffe://prod/agent/none"))).isNotEqualTo(sight);
    assertThat(authority.sight(principal("spiffe://prod/agent/none")))
        .isEqualTo(authority.sight(principal("spiffe://prod/agent/neither")));
  }

  @Test
  void isAnotherOnceAnyPolicyWasSet() {
    authority.use(compile(policy("p", spec("a"))));
    var sight = authority.sight(principal("spiffe://prod/agent/a"));
    var nobodys = authority.sight(principal("spiffe://prod/agent/none"));

    authority.use(compile(policy("p", spec("a"))));

    assertThat(authority.sight(principal("spiffe://prod/agent/a"))).isNotEqualTo(sight);
    assertThat(authority.sight(principal("spiffe://prod/agent/none"))).isNotEqualTo(nobodys);
  }

  @Test
  void isNeverTheSameWhereNothingSaysThatItIs() {
    var unlike = FixedAuthority.allowingAll();

    assertThat(unlike.sight(principal("spiffe://prod/agent/a")))
        .isNotEqualTo(unlike.sight(principal("spiffe://prod/agent/a")));
  }

  private static String spec(String agent) {
    return "{'identity': {'workload': 'spiffe://prod/agent/%s'}}".formatted(agent);
  }
}
