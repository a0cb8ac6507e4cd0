package dev.sallyport.mcp.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * A {@link FaultyServer} over standard input and output. Each of its processes connects to this as
 * its control, over which it is told what to do, and ends with it.
 */
public final class FaultyProcess implements FaultyServer {
  /** Before which its process has died. */
  public static final Set<Fault> DEAD_BEFORE =
      EnumSet.of(
          Fault.KILLED_BEFORE_THE_CALL,
          Fault.EXITS_AT_ITS_START,
          Fault.WRITES_GARBAGE_AT_ITS_START);

  /** Ends what goes wrong. */
  static final String MEND = "mend";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String WELL = "well";

  private final ServerSocket control;
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore ended = new Semaphore(0);
  private volatile String start = WELL;
  private volatile Socket process;

  public FaultyProcess() {
    try {
      control = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process = new Socket();
    Thread.ofVirtual().start(this::accept);
  }

  @Override
  public ObjectNode spec() {
    var spec =
        JSON.createObjectNode()
            .put("transport", "stdio")
            .put("runtime", "none")
            .put("maxResultBytes", MOST_BYTES);
    command().forEach(spec.putArray("command")::add);
    return spec;
  }

  private List<String> command() {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xshare:auto",
        "-Xmx32m",
        "-cp",
        classes().toString(),
        FaultyProgram.class.getName(),
        String.valueOf(control.getLocalPort()));
  }

  private static Path classes() {
    try {
      var source = FaultyProgram.class.getProtectionDomain().getCodeSource();
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void prepare(Fault fault) throws InterruptedException {
    if (DEAD_BEFORE.contains(fault)) {
      start = fault.name();
      tell("die");
      ended.acquire();
    }
  }

  @Override
  public void awaitBegun(int calls) throws InterruptedException {
    begun.acquire(calls);
  }

  @Override
  public int begun() {
    return begun.availablePermits();
  }

  @Override
  public void mend() {
    start = WELL;
    tell(MEND);
  }

  private void tell(String order) {
    try {
      process.getOutputStream().write((order + "\n").getBytes(UTF_8));
    } catch (IOException _) {
      // It has ended already.
    }
  }

  @Override
  public void close() {
    try {
      control.close();
      process.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!control.isClosed()) {
      try {
        var next = control.accept();
        process = next;
        tell(start);
        Thread.ofVirtual().start(() -> listen(next));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void listen(Socket to) {
    try (var lines = new BufferedReader(new InputStreamReader(to.getInputStream(), UTF_8))) {
      while (lines.readLine() != null) {
        begun.release();
      }
    } catch (IOException _) {
      // It was reset.
    }
    ended.release();
  }
}
