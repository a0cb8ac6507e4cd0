package dev.sallyport.mcp.upstream;

import dev.sallyport.sandbox.process.ChildCommand;
import dev.sallyport.sandbox.process.ChildProcess;
import dev.sallyport.sandbox.process.ChildRuntime;
import dev.sallyport.sandbox.process.Isolation;
import dev.sallyport.sandbox.process.Spawner;
import dev.sallyport.vault.Redactor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Starts processes for tests, and keeps count of them. */
final class TestingProcesses {
  private static final Isolation ISOLATION = Isolation.detect();
  private static final Spawner SPAWNER = new Spawner();

  final List<ChildProcess> started = new CopyOnWriteArrayList<>();
  final AtomicInteger suspected = new AtomicInteger();
  final AtomicLong now = new AtomicLong();

  StdioUpstream upstream(List<String> command) {
    var settings =
        new StdioSettings(
            "test",
            Optional.empty(),
            Duration.ofSeconds(20),
            1 << 20,
            Duration.ofNanos(1),
            Duration.ofNanos(1));
    return new StdioUpstream(settings, starter(command), suspected::incrementAndGet, now::get);
  }

  private ProcessStarter starter(List<String> command) {
    return new ProcessStarter() {
      @Override
      public Started start() {
        return TestingProcesses.this.start(command);
      }

      @Override
      public boolean isCurrent(Started process) {
        return true;
      }
    };
  }

  private ProcessStarter.Started start(List<String> command) {
    try {
      var prepared = ISOLATION.prepare(ChildRuntime.NONE, ChildCommand.of(command, Map.of()));
      var process = ChildProcess.start(SPAWNER, prepared);
      started.add(process);
      return new ProcessStarter.Started(process, Redactor.nothing(), List.of());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Those that have not ended. */
  long alive() {
    return started.stream().filter(ChildProcess::isAlive).count();
  }
}
