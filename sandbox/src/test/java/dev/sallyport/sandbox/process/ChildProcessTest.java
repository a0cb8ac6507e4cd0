package dev.sallyport.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChildProcessTest {
  private static final Isolation ISOLATION = Isolation.detect();
  private static final Duration SHORT = Duration.ofMillis(100);

  /** How long processes sleep that are looked for: as nobody else on the machine does. */
  private static final String NEAR = "86398." + ProcessHandle.current().pid();

  private static final String AWAY = "86399." + ProcessHandle.current().pid();

  private final Spawner spawner = new Spawner();

  @ParameterizedTest
  @EnumSource
  void talksOverItsStreamsAndEndsWhenItsInputDoes(ChildRuntime runtime) throws Exception {
    if (refused(runtime)) {
      return;
    }
    try (var child = start(runtime, "cat; echo bye >&2")) {
      child.stdin().write("hello\n".getBytes(StandardCharsets.UTF_8));
      child.stdin().flush();
      assertThat(lines(child).readLine()).isEqualTo("hello");

      child.stop(Duration.ofSeconds(20));

      assertThat(child.onExit().get(20, TimeUnit.SECONDS)).isZero();
      assertThat(child.isKilled()).isFalse();
    }
  }

  /** SB-09 for the sandbox; without one, what can still be found is killed. */
  @ParameterizedTest
  @EnumSource
  void killsAllThatItStartedIfItDoesNotEndByItself(ChildRuntime runtime) throws Exception {
    if (refused(runtime)) {
      return;
    }
    var child =
        start(
            runtime,
            "trap '' TERM; (setsid sleep %s &) ; sh -c 'echo up; exec sleep %s' &"
                    .formatted(AWAY, NEAR)
                + " while :; do wait; done");
    assertThat(lines(child).readLine()).isEqualTo("up");
    assertThat(child.isKilled()).isFalse();
    var tree = runtime == ChildRuntime.BWRAP ? awaitSleepers(NEAR, AWAY) : awaitSleepers(NEAR);

    child.stop(SHORT);

    for (var process : tree) {
      process.onExit().get(20, TimeUnit.SECONDS);
    }
    child.onExit().get(20, TimeUnit.SECONDS);
    assertThat(child.isKilled()).isTrue();
    sleepers(AWAY).forEach(ProcessHandle::destroyForcibly);
  }

  /** SB-07: a flood of logs. */
  @Test
  void keepsTheEndOfItsErrorsAndNeverBlocksOnThem() throws Exception {
    try (var child =
        start(ChildRuntime.NONE, "head -c 5000000 /dev/zero >&2; printf the-end >&2; echo done")) {
      assertThat(lines(child).readLine()).isEqualTo("done");
      child.onExit().get(20, TimeUnit.SECONDS);
      child.stop(SHORT);

      assertThat(child.stderr().length()).isLessThanOrEqualTo(64 * 1024);
    }
  }

  @Test
  void stopsAProcessThatReadsNothing() throws Exception {
    var child = start(ChildRuntime.NONE, "sleep 86397");
    var writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                child.stdin().write(new byte[10_000_000]);
              } catch (IOException _) {
                // Expected once it is killed.
              }
            });

    child.stop(SHORT);

    child.onExit().get(20, TimeUnit.SECONDS);
    assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void saysThatAProgramCannotBeStarted() {
    assertThatThrownBy(() -> spawner.start(new ProcessBuilder("/no/such/program")))
        .isInstanceOf(IOException.class)
        .hasMessage("the process cannot be started");
  }

  /** SB-17: the thread that asks may end; the child lives on. */
  @Test
  void livesOnWhenTheThreadThatAskedForItEnds() throws Exception {
    if (refused(ChildRuntime.BWRAP)) {
      return;
    }
    var started = new ChildProcess[1];
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                started[0] = start(ChildRuntime.BWRAP, "cat");
              } catch (IOException | IsolationUnavailableException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.join();
    try (var child = started[0]) {
      child.stdin().write("alive\n".getBytes(StandardCharsets.UTF_8));
      child.stdin().flush();
      assertThat(lines(child).readLine()).isEqualTo("alive");
    }
  }

  /** SB-08. */
  @Test
  void diesWithThisProcess() throws Exception {
    if (refused(ChildRuntime.BWRAP)) {
      return;
    }
    var parent =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                SleepingParent.class.getName())
            .start();
    try (var reader = parent.inputReader()) {
      var child = ProcessHandle.of(Long.parseLong(reader.readLine())).orElseThrow();

      parent.destroyForcibly();

      assertThat(child.onExit().get(20, TimeUnit.SECONDS)).isNotNull();
    } finally {
      parent.destroyForcibly();
    }
  }

  /** SB-18. */
  @Test
  void leavesNoOpenFileBehind() throws Exception {
    cycle();
    var before = openFiles();

    for (var i = 0; i < 20; i++) {
      cycle();
    }

    assertThat(openFiles()).isLessThan(before + 10);
  }

  private void cycle() throws Exception {
    var runtime = ISOLATION.problem().isPresent() ? ChildRuntime.NONE : ChildRuntime.BWRAP;
    try (var child = start(runtime, "cat")) {
      child.stop(Duration.ofSeconds(20));
      child.stdout().close();
    }
  }

  private static long openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  /** Until there are such ones: what was started may be on its way. */
  private static List<ProcessHandle> awaitSleepers(String... times) {
    var all = new ArrayList<ProcessHandle>();
    for (var time : times) {
      var found = sleepers(time);
      while (found.isEmpty()) {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        Thread.onSpinWait();
        found = sleepers(time);
      }
      all.addAll(found);
    }
    return all;
  }

  private static List<ProcessHandle> sleepers(String time) {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process.info().commandLine().filter(line -> line.endsWith("sleep " + time)).isPresent())
        .toList();
  }

  private boolean refused(ChildRuntime runtime) {
    if (runtime == ChildRuntime.NONE || ISOLATION.problem().isEmpty()) {
      return false;
    }
    assertThatThrownBy(() -> start(runtime, "true"))
        .isInstanceOf(IsolationUnavailableException.class);
    return true;
  }

  private ChildProcess start(ChildRuntime runtime, String script)
      throws IOException, IsolationUnavailableException {
    return ChildProcess.start(
        spawner,
        ISOLATION.prepare(runtime, ChildCommand.of(List.of("bash", "-c", script), Map.of())));
  }

  private static BufferedReader lines(ChildProcess child) {
    return new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
  }
}
