package dev.sallyport.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a machine without bubblewrap these see that nothing is started instead. */
class IsolationTest {
  private static final Isolation ISOLATION = Isolation.detect();
  private static final Spawner SPAWNER = new Spawner();

  @TempDir Path directory;

  /** SB-01. */
  @Test
  void hidesTheFilesOfTheMachine() throws Exception {
    var secret = Files.writeString(directory.resolve("kek"), "canary-1");

    inside(
        "cat /etc/shadow /etc/passwd ~root/.ssh/* " + secret + "; ls / /home /run",
        seen ->
            assertThat(seen)
                .doesNotContain("canary-1", "root:")
                .contains("No such file", "usr")
                .doesNotContain("sys\n", "srv\n", "boot\n"));
  }

  /** SB-02. */
  @Test
  void showsTheEnvironmentThatWasGivenAndNoOther() throws Exception {
    inside(
        "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'",
        seen ->
            assertThat(seen)
                .contains("GIVEN=yes", "PATH=/usr/local/bin:/usr/bin:/bin")
                .doesNotContain("HOME=", "JAVA", "java", "bwrap", "unshare"));
  }

  /** SB-03. */
  @Test
  void inheritsNoOpenFileButItsThreeStreams() throws Exception {
    inside(
        "ls /proc/self/fd | tr '\\n' ' '", seen -> assertThat(seen.strip()).isEqualTo("0 1 2 3"));
  }

  /** SB-04. */
  @Test
  void reachesNoNetworkNotEvenThisMachine() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      inside(
          "for a in 127.0.0.1/%d 169.254.169.254/80 1.1.1.1/53; do (exec 3<>/dev/tcp/$a) && echo reached; done; tail -n +3 /proc/net/dev"
              .formatted(server.getLocalPort()),
          seen -> assertThat(seen).doesNotContain("reached", "eth0").contains("lo:"));
    }
  }

  /** SB-05, SB-06. */
  @Test
  void hasNoPowerAndCanGetNone() throws Exception {
    inside(
        """
        grep -E '^(Cap|NoNewPrivs)' /proc/self/status
        unshare -r true && echo unshared
        mount -t tmpfs none /tmp && echo mounted
        id -u
        """,
        seen ->
            assertThat(seen)
                .contains("NoNewPrivs:\t1", "CapEff:\t0000000000000000", "65534")
                .contains("CapBnd:\t0000000000000000")
                .doesNotContain("unshared", "mounted"));
  }

  /** SB-07: a full disk. */
  @Test
  void fillsNoDiskOfTheMachine() throws Exception {
    inside(
        "head -c 100000000 /dev/zero > /tmp/fill || echo full; stat -c %s /tmp/fill",
        seen -> assertThat(seen).contains("full", String.valueOf(64 << 20)));
  }

  /** SB-10, SB-12. */
  @Test
  void readsWhatItWasGivenAndWritesOnlyWhereItMay() throws Exception {
    var given = Files.createDirectory(directory.resolve("given"));
    Files.writeString(given.resolve("file"), "content-1");
    var secret = Files.writeString(directory.resolve("outside"), "canary-2");
    Files.createSymbolicLink(given.resolve("link"), secret);
    var writable = Files.createDirectory(directory.resolve("writable"));
    directory.toFile().setExecutable(true, false);
    var script =
        """
        cat file link ../outside; echo x > file; echo x > /usr/x; echo x > /x
        echo content-2 > %s/new && cat %s/new
        """
            .formatted(writable, writable);

    inside(
        new ChildCommand(
            List.of("bash", "-c", script), Map.of(), List.of(given), List.of(writable), given),
        seen ->
            assertThat(seen)
                .contains("content-1", "content-2", "Read-only file system")
                .doesNotContain("canary-2"));
    assertThat(given.resolve("file")).hasContent("content-1");
  }

  /** SB-11: not by a signal, and not by what the system shows of a process. */
  @Test
  void reachesNoProcessOfASiblingInAnotherSandbox() throws Exception {
    if (ISOLATION.problem().isPresent()) {
      inside("true", _ -> {});
      return;
    }
    var holding =
        ChildCommand.of(
            List.of("bash", "-c", "echo up; read line; echo still $line"),
            Map.of("HELD", "canary-3"));
    try (var sibling = ChildProcess.start(SPAWNER, ISOLATION.prepare(ChildRuntime.BWRAP, holding));
        var said =
            new BufferedReader(new InputStreamReader(sibling.stdout(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).isEqualTo("up");
      var pids =
          ProcessHandle.current()
              .descendants()
              .map(process -> String.valueOf(process.pid()))
              .collect(Collectors.joining(" "));
      assertThat(pids).isNotEmpty();

      inside(
          """
          for p in %s; do
            [ $p = 1 ] || kill -9 $p; tr '\\0' '\\n' < /proc/$p/environ; ls -l /proc/$p/cwd/
            head -c 1 /proc/$p/mem
          done
          cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline
          kill -9 -1; echo done
          """
              .formatted(pids),
          seen -> assertThat(seen).contains("done", "GIVEN=yes").doesNotContain("canary-3"));

      sibling.stdin().write("alive\n".getBytes(StandardCharsets.UTF_8));
      sibling.stdin().flush();
      assertThat(said.readLine()).isEqualTo("still alive");
    }
  }

  @Test
  void passesArgumentsOnUnharmed() throws Exception {
    var arguments = List.of("$(id)", "`id`", "a b", "--ro-bind", "", "'\"\\", "ü\n");
    var command = new ArrayList<>(List.of("printf", "[%s]"));
    command.addAll(arguments);

    inside(
        ChildCommand.of(command, Map.of("LC_ALL", "C.UTF-8")),
        seen -> assertThat(seen).isEqualTo("[" + String.join("][", arguments) + "]"));
  }

  @Test
  void refusesToIsolateWithoutBubblewrapAndSaysWhatToInstall() {
    var none = Isolation.detect(List.of(directory.resolve("bwrap")));

    assertThatThrownBy(
            () -> none.prepare(ChildRuntime.BWRAP, ChildCommand.of(List.of("true"), Map.of())))
        .isInstanceOf(IsolationUnavailableException.class)
        .hasMessageContaining("apt-get install -y bubblewrap");
    assertThat(none.problem()).isPresent();
  }

  @Test
  void refusesToIsolateWithABubblewrapThatDoesNotWork() throws Exception {
    var broken = Files.writeString(directory.resolve("bwrap"), "#!/bin/sh\nexit 1\n");
    assertThat(broken.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() ->
            Isolation.detect(List.of(broken))
                .prepare(ChildRuntime.BWRAP, ChildCommand.of(List.of("true"), Map.of())))
        .isInstanceOf(IsolationUnavailableException.class)
        .hasMessageContaining("user namespaces");
  }

  @Test
  void clearsTheEnvironmentAlsoWithoutIsolationAndWarns() throws Exception {
    List<String> warnings = new ArrayList<>();
    var handler = new RecordingHandler(warnings);
    var logger = Logger.getLogger(Isolation.class.getName());
    logger.addHandler(handler);
    try {
      var builder =
          ISOLATION.prepare(
              ChildRuntime.NONE, ChildCommand.of(List.of("env"), Map.of("GIVEN", "yes")));

      assertThat(output(builder).lines())
          .containsExactlyInAnyOrder("GIVEN=yes", "PATH=/usr/local/bin:/usr/bin:/bin");
      assertThat(warnings).singleElement().asString().contains("WITHOUT isolation");
    } finally {
      logger.removeHandler(handler);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/proc", "/etc", "relative", "/usr/../etc", "/usr"})
  void refusesPathsThatWouldUndoTheIsolation(String path) {
    assertThatThrownBy(() ->
            new ChildCommand(
                List.of("true"), Map.of(), List.of(Path.of(path)), List.of(), Path.of("/tmp")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A=B", "A\0"})
  void refusesNamesThatAreNoVariables(String name) {
    assertThatThrownBy(() -> ChildCommand.of(List.of("true"), Map.of(name, "secret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  private static void inside(String script, Consumer<String> check) throws Exception {
    inside(ChildCommand.of(List.of("bash", "-c", script), Map.of("GIVEN", "yes")), check);
  }

  private static void inside(ChildCommand command, Consumer<String> check) throws Exception {
    if (ISOLATION.problem().isPresent()) {
      assertThatThrownBy(() -> ISOLATION.prepare(ChildRuntime.BWRAP, command))
          .isInstanceOf(IsolationUnavailableException.class)
          .hasMessage(ISOLATION.problem().orElseThrow());
      return;
    }
    check.accept(output(ISOLATION.prepare(ChildRuntime.BWRAP, command)));
  }

  private static String output(ProcessBuilder builder) throws IOException {
    try (var child = ChildProcess.start(SPAWNER, builder.redirectErrorStream(true))) {
      return new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static final class RecordingHandler extends Handler {
    private final List<String> messages;

    RecordingHandler(List<String> messages) {
      this.messages = messages;
    }

    @Override
    public void publish(LogRecord logged) {
      messages.add(logged.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
