package dev.sallyport.it.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Decision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That the benchmarks run, in their shortest form. With {@code -Dsallyport.micro=full} they
 * measure, and print what they found.
 */
class MicroBenchmarksTest {
  private static final List<String> FULL =
      List.of("-f", "1", "-wi", "3", "-w", "3s", "-i", "5", "-r", "3s");
  private static final List<String> SHORT =
      List.of("-f", "0", "-wi", "0", "-i", "1", "-r", "50ms", "-p", "policies=10", "-e", "Reload");

  @TempDir private Path folder;

  @Test
  void decideWhatTheySay() {
    var authority = SamplePolicies.authority(10);

    assertThat(SamplePolicies.granted(10))
        .allSatisfy(
            call -> assertThat(authority.decide(call)).isInstanceOf(Decision.Allowed.class));
    assertThat(SamplePolicies.calls(10))
        .filteredOn(call -> authority.decide(call) instanceof Decision.Denied)
        .hasSize(512);
  }

  @Test
  void measureEachStep() throws Exception {
    boolean full = System.getProperty("sallyport.micro", "").equals("full");

    var told = MicroBenchmarks.run(folder, full ? FULL : SHORT);

    if (full) {
      System.out.println(told.substring(told.indexOf("\nBenchmark ")));
    }
    assertThat(told)
        .containsPattern("DecisionBenchmark\\.decide:p0\\.99 +10 +sample +[0-9.]+ +us/op")
        .containsPattern("DecisionBenchmark\\.decideGranted:p0\\.99 +10 +sample +[0-9.]+ +us/op")
        .containsPattern("ProofBenchmark\\.recallToken:p0\\.99 +N/A +sample +[0-9.]+ +us/op");
  }
}
