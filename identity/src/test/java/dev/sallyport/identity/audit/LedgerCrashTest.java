package dev.sallyport.identity.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCrashTest {
  /** After how many lines each child is killed. */
  private static final List<Integer> ROUNDS = List.of(1, 40, 700);

  @TempDir private Path directory;

  @Test
  void au01_losesNothingThatItSaidWasDurableWhenItIsKilled() throws Exception {
    var acknowledged = new ArrayList<String>();
    for (int round = 0; round < ROUNDS.size(); round++) {
      acknowledged.addAll(killAfter(ROUNDS.get(round), "r" + round));
    }
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
    EvidenceLedger.open(config(), new TestingSigningKeys(), InstantSource.system()).close();
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);

    var intents = new HashSet<String>();
    var outcomes = new HashSet<String>();
    var unknown = new HashSet<String>();
    new EvidenceReader(directory)
        .forEach(record -> {
          var call = record.path("call_id").asText();
          switch (record.path("type").asText()) {
            case "intent" -> assertThat(intents.add(call)).isTrue();
            case "outcome" -> {
              assertThat(outcomes.add(call)).as("one outcome of " + call).isTrue();
              if (record.path("outcome").asText().equals("unknown")) {
                unknown.add(call);
              }
            }
            default -> {}
          }
        });
    assertThat(outcomes).isEqualTo(intents);
    for (var line : acknowledged) {
      var call = line.substring(line.indexOf(' ') + 1);
      assertThat(intents).contains(call);
      if (line.startsWith("outcome")) {
        assertThat(unknown).doesNotContain(call);
      }
    }
  }

  private LedgerConfig config() {
    return LedgerConfig.in(directory).withSegmentBytes(64 << 10);
  }

  /** Gives every whole line that the child wrote. */
  private List<String> killAfter(int lines, String name) throws IOException, InterruptedException {
    var child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerChild.class.getName(),
                directory.toString(),
                String.valueOf(config().segmentBytes()),
                name)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var seen = new ArrayList<String>();
    try (var output = child.inputReader()) {
      for (int i = 0; i < lines; i++) {
        var line = output.readLine();
        assertThat(line).isNotNull();
        seen.add(line);
      }
      // Unlike the process itself, its handle leaves the output open.
      assertThat(child.toHandle().destroyForcibly()).isTrue();
      seen.addAll(wholeLines(output));
    } finally {
      child.destroyForcibly().waitFor();
    }
    return seen;
  }

  /** The last line may have been cut by the kill. */
  private static List<String> wholeLines(BufferedReader output) throws IOException {
    var rest = new StringBuilder();
    for (int next = output.read(); next >= 0; next = output.read()) {
      rest.append((char) next);
    }
    return rest.substring(0, rest.lastIndexOf("\n") + 1).lines().toList();
  }
}
