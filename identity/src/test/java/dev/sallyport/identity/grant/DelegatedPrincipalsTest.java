package dev.sallyport.identity.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelegatedPrincipalsTest {
  private static final Principal ALONE = GrantSamples.principal("spiffe://prod/agent/operator");
  private static final Principal FOR_NOBODY_KNOWN =
      new Principal(
          ALONE.id(),
          AuthenticationMethod.ACCESS_TOKEN,
          "prod",
          Instant.MAX,
          Confirmation.NONE,
          Set.of(),
          Optional.of(new Delegation(new PrincipalId("oidc://corp/mallory"), "corp", List.of())));

  @ParameterizedTest
  @ValueSource(strings = {"tool files read_file", "model any"})
  void anAgentHasNoneOfItsAuthorityOnBehalfOfAUserWithoutAPolicy(String written) {
    var authority = new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
    authority.use(GrantAuthorityTest.GOLDEN);
    Target target = GrantSamples.target(written);

    assertThat(authority.decide(GrantSamples.action(ALONE, target)))
        .isInstanceOf(Decision.Allowed.class);
    assertThat(authority.visible(ALONE, target)).isTrue();
    assertThat(authority.decide(GrantSamples.action(FOR_NOBODY_KNOWN, target)))
        .isInstanceOf(Decision.Denied.class);
    assertThat(authority.visible(FOR_NOBODY_KNOWN, target)).isFalse();
    assertThat(authority.sight(FOR_NOBODY_KNOWN)).isNotEqualTo(authority.sight(ALONE));
  }
}
