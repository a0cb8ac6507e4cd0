package dev.sallyport.identity.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a test expects of what is refused. */
public final class Refusals {
  private Refusals() {}

  /** That something is refused with a code. */
  public static void assertRefused(RefusalCode code, ThrowingCallable call) {
    assertThatThrownBy(call).satisfies(hasCode(code));
  }

  /** That a failure is a refusal with a code. */
  public static Consumer<Throwable> hasCode(RefusalCode code) {
    return thrown ->
        assertThat(thrown)
            .isInstanceOfSatisfying(
                Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
