package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.vault.egress.EgressResponse;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DrainsTest {
  private final Drains drains = new Drains(new Draining(Duration.ofMinutes(1), 1, 1));

  /** The caller may be found gone between two attempts, when the first is over. */
  @Test
  void neverReadsOnWhatIsOverAndTakesNoPlaceForIt() {
    var over = drains.of(new Silent(), true);
    over.close();

    assertThat(over.begin()).isFalse();
    assertThat(drains.of(new Silent(), true).begin()).isTrue();
  }

  @Test
  void readsNoMoreOnAtOnceThanItMay() {
    var first = drains.of(new Silent(), true);
    var second = drains.of(new Silent(), true);

    assertThat(first.begin()).isTrue();
    assertThat(first.begin()).isTrue();
    assertThat(second.begin()).isFalse();
    first.close();
    assertThat(second.begin()).isTrue();
  }

  /** An answer that says nothing. */
  private static final class Silent implements EgressResponse {
    @Override
    public int status() {
      return 200;
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.empty();
    }

    @Override
    public InputStream body() {
      return InputStream.nullInputStream();
    }

    @Override
    public void endWithin(Duration left) {}

    @Override
    public void abort() {}

    @Override
    public void close() {}
  }
}
