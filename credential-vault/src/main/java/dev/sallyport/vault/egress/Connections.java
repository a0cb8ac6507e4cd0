package dev.sallyport.vault.egress;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The unused connections, by origin; the one last used is used first. Thread-safe. */
final class Connections {
  private final ConcurrentHashMap<Origin, Idle> byOrigin = new ConcurrentHashMap<>();
  private final int maxIdle;
  private final long expiryNanos;
  private volatile boolean closed;

  Connections(int maxIdle, long expiryNanos) {
    this.maxIdle = maxIdle;
    this.expiryNanos = expiryNanos;
  }

  /** A connection that was fresh a moment ago. */
  Optional<Connection> take(Origin origin) {
    var idle = byOrigin.get(origin);
    if (idle == null) {
      return Optional.empty();
    }
    while (true) {
      var last = idle.pollLast();
      if (last.isEmpty()) {
        return last;
      }
      var connection = last.get();
      if (System.nanoTime() - connection.idleSince() < expiryNanos && connection.isFresh()) {
        return last;
      }
      connection.cut();
    }
  }

  void give(Connection connection) {
    connection.idleFrom(System.nanoTime());
    var idle = byOrigin.computeIfAbsent(connection.origin, _ -> new Idle());
    if (closed || !idle.offer(connection, maxIdle)) {
      connection.cut();
    } else if (closed) {
      cutAll();
    }
  }

  /** Cuts what was unused for too long. */
  void expire() {
    long now = System.nanoTime();
    for (var idle : byOrigin.values()) {
      idle.removeBefore(now - expiryNanos).forEach(Connection::cut);
    }
  }

  int idle(Origin origin) {
    var idle = byOrigin.get(origin);
    return idle == null ? 0 : idle.size();
  }

  void close() {
    closed = true;
    cutAll();
  }

  private void cutAll() {
    for (var idle : byOrigin.values()) {
      idle.removeBefore(System.nanoTime() + 1).forEach(Connection::cut);
    }
  }

  private static final class Idle {
    private final ArrayDeque<Connection> connections = new ArrayDeque<>();

    synchronized Optional<Connection> pollLast() {
      return Optional.ofNullable(connections.pollLast());
    }

    synchronized boolean offer(Connection connection, int max) {
      if (connections.size() >= max) {
        return false;
      }
      connections.addLast(connection);
      return true;
    }

    synchronized List<Connection> removeBefore(long nanoTime) {
      var removed = new ArrayList<Connection>();
      while (!connections.isEmpty() && connections.getFirst().idleSince() - nanoTime < 0) {
        removed.add(connections.removeFirst());
      }
      return removed;
    }

    synchronized int size() {
      return connections.size();
    }
  }
}
