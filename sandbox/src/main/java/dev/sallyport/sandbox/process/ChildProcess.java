package dev.sallyport.sandbox.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started for us, until it is stopped.
 *
 * <p>What it writes to its standard error is read all the time, so that it cannot block on it, and
 * the end of it is kept. Thread-safe; but its streams are for one thread each.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int STDERR_BYTES = 64 * 1024;

  private final Process process;
  private final ByteRing stderr = new ByteRing(STDERR_BYTES);
  private volatile boolean killed;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @throws IOException if it cannot be started
   */
  public static ChildProcess start(Spawner spawner, ProcessBuilder builder) throws IOException {
    var child = new ChildProcess(spawner.start(builder));
    Thread.ofVirtual().name("stderr-" + child.process.pid()).start(child::drain);
    return child;
  }

  /** Where its standard input is written. */
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  /** Where its standard output is read. */
  public InputStream stdout() {
    return process.getInputStream();
  }

  /** The last 64 KiB of its standard error. Untrusted text: not for an agent, not for a log. */
  public String stderr() {
    return new String(stderr.bytes(), StandardCharsets.UTF_8);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it was killed, since it did not end by itself when it was stopped. */
  public boolean isKilled() {
    return killed;
  }

  /** Its exit status, once it has ended. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Ends it with all that it started: closes its standard input, gives it a while to end by itself,
   * then kills.
   */
  public void stop(Duration patience) {
    var descendants = process.descendants().toList();
    Thread.ofVirtual().name("stdin-" + process.pid()).start(this::closeStdin);
    try {
      var ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
    }
    if (process.isAlive()) {
      killed = true;
    }
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  /** Stops it within about two seconds. */
  @Override
  public void close() {
    stop(PATIENCE);
  }

  @Override
  public String toString() {
    return "ChildProcess[" + process.pid() + "]";
  }

  private void closeStdin() {
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // It has closed its end already.
    }
  }

  private void drain() {
    var buffer = new byte[8_192];
    try (var stream = process.getErrorStream()) {
      for (var count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        stderr.add(buffer, count);
      }
    } catch (IOException _) {
      // It was killed.
    }
  }
}
