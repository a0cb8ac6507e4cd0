package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final CompletableFuture<String> NEVER = new CompletableFuture<>();

  @Test
  void givesWhatIsDoneOrSaysWhyItFailed() throws Exception {
    var patience = new Patience(Duration.ofMinutes(1));

    assertThat(patience.await(CompletableFuture.completedFuture("done"))).isEqualTo("done");
    assertThatThrownBy(
            () -> patience.await(CompletableFuture.failedFuture(new TimeoutException("its own"))))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("its own");
  }

  @Test
  void endsEachWaitThatLastsTooLong() throws Exception {
    var patience = new Patience(Duration.ofMillis(1));

    for (int i = 0; i < 200; i++) {
      assertThatThrownBy(() -> patience.await(NEVER)).isInstanceOf(TimeoutException.class);
    }
    assertThat(NEVER).isNotDone();
  }
}
