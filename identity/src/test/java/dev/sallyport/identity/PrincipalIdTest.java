package dev.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalIdTest {
  /** ID-23: what no UTF-8 can say would be written like a question mark, and so like others. */
  @ParameterizedTest
  @ValueSource(strings = {"a\ud800", "\udc00a", "\ud800\ud800"})
  void namesNoSubjectThatIsNoText(String subject) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrincipalId.ofSubject("corp", subject))
        .withMessage("a subject is a text of Unicode");
  }

  @Test
  void namesASubjectOfCharactersBeyondTheFirstPlane() {
    assertThat(PrincipalId.ofSubject("corp", "\ud83d\ude00?").value())
        .isEqualTo("oidc://corp/%F0%9F%98%80%3F");
  }
}
