package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps some connections to a port of this machine busy for some time, each with one request at a
 * time, from one thread.
 */
final class LoadGenerator {
  private static final Duration MAX_TIME = Duration.ofMinutes(5);
  private static final long WAKE_UP_MILLIS = 100;

  private LoadGenerator() {}

  /** Runs one load on all connections. */
  static LoadResult run(Load load, int port, int connections, Duration time) throws IOException {
    return run(List.of(load), port, connections, time);
  }

  /**
   * Runs loads that the connections take in turns.
   *
   * @throws IOException if the port cannot be reached, or nothing at all is answered
   */
  static LoadResult run(List<Load> loads, int port, int connections, Duration time)
      throws IOException {
    if (time.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException("a load takes at most " + MAX_TIME + ": " + time);
    }
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var open = new ArrayList<LoadConnection>();
    try (var selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        open.add(new LoadConnection(loads, i, connections, address, selector));
      }
      return run(open, selector, time);
    } finally {
      for (var connection : open) {
        connection.close();
      }
    }
  }

  private static LoadResult run(List<LoadConnection> open, Selector selector, Duration time)
      throws IOException {
    var tally = new LoadResult.Tally();
    long start = System.nanoTime();
    long end = start + time.toNanos();
    for (var connection : open) {
      connection.send(System.nanoTime());
    }
    while (System.nanoTime() < end) {
      selector.select(key -> serve(key, tally), WAKE_UP_MILLIS);
      if (selector.keys().isEmpty()) {
        break;
      }
    }
    var result = tally.after(Duration.ofNanos(System.nanoTime() - start));
    if (result.answers() == 0) {
      throw new IOException("nothing was answered in " + time.toSeconds() + " s");
    }
    return result;
  }

  private static void serve(SelectionKey key, LoadResult.Tally tally) {
    try {
      if (key.attachment() instanceof LoadConnection connection && !connection.read(tally)) {
        tally.broke();
        key.cancel();
      }
    } catch (IOException _) {
      tally.broke();
      key.cancel();
    }
  }
}
