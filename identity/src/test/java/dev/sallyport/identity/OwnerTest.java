package dev.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/a");
  private static final PrincipalId ANN = new PrincipalId("oidc://corp/ann");

  @Test
  void hasATextThatIsReadBack() {
    var alone = Owner.alone(AGENT);
    var forAnn = new Owner(AGENT, Optional.of(ANN));

    assertThat(alone.text()).isEqualTo("spiffe://prod/agent/a");
    assertThat(forAnn.text()).isEqualTo("spiffe://prod/agent/a for oidc://corp/ann");
    assertThat(Owner.parse(alone.text())).isEqualTo(alone);
    assertThat(Owner.parse(forAnn.text())).isEqualTo(forAnn).isNotEqualTo(alone);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " for oidc://corp/ann",
        "spiffe://prod/a for ",
        "spiffe://prod/a  for oidc://corp/ann",
        "spiffe://prod/a for oidc://corp/ann for oidc://corp/ben"
      })
  void isReadFromNoOtherText(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Owner.parse(text));
  }

  @Test
  void involvesItsAgentAndItsUser() {
    assertThat(new Owner(AGENT, Optional.of(ANN)).involves(AGENT)).isTrue();
    assertThat(new Owner(AGENT, Optional.of(ANN)).involves(ANN)).isTrue();
    assertThat(Owner.alone(AGENT).involves(ANN)).isFalse();
  }
}
