package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who wants to be told of changes of what can be read, by server and URI. Many who want the same
 * make one subscription at the server. Thread-safe.
 */
public final class Watches {
  private static final int MAX_URIS_A_SERVER = 1_000;
  private static final int MAX_SUBSCRIBERS_A_URI = 10_000;
  private static final Duration LONGEST_BEGINNING = Duration.ofSeconds(10);

  /** By server, then by URI. Guarded by this. */
  private final Map<String, Map<String, List<Subscription>>> wanted = new TreeMap<>();

  /** By server. */
  private final Map<String, Watcher> watchers = new ConcurrentHashMap<>();

  /** Ends with its closing, which may be done more than once. */
  public final class Subscription implements AutoCloseable {
    private final String server;
    private final String uri;
    private final Consumer<ObjectNode> updates;

    private Subscription(String server, String uri, Consumer<ObjectNode> updates) {
      this.server = server;
      this.uri = uri;
      this.updates = updates;
    }

    @Override
    public void close() {
      end(this);
    }
  }

  /**
   * Has updates told from now on. Waits until the server does.
   *
   * @param uri by the server's own words
   * @param updates is given the params of each update, not to be changed; must not block
   * @throws Refusal with RATE_LIMITED if there are too many, with UNKNOWN_SERVER if there is none
   *     of that name, with UPSTREAM_REJECTED if the server does not tell about that, and with other
   *     codes that begin with UPSTREAM if it cannot be watched now
   */
  public Subscription subscribe(String server, String uri, Consumer<ObjectNode> updates) {
    var watcher = watchers.get(server);
    if (watcher == null) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
    var subscription = new Subscription(server, uri, updates);
    add(subscription);
    boolean watched = false;
    try {
      watcher.awaitWatched(uri, LONGEST_BEGINNING);
      watched = true;
      return subscription;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UNAVAILABLE);
    } finally {
      if (!watched) {
        subscription.close();
      }
    }
  }

  private void add(Subscription subscription) {
    var server = subscription.server;
    var uri = subscription.uri;
    synchronized (this) {
      var uris = wanted.getOrDefault(server, Map.of());
      var present = uris.getOrDefault(uri, List.of());
      if ((present.isEmpty() && uris.size() >= MAX_URIS_A_SERVER)
          || present.size() >= MAX_SUBSCRIBERS_A_URI) {
        throw new Refusal(RefusalCode.RATE_LIMITED);
      }
      wanted
          .computeIfAbsent(server, _ -> new TreeMap<>())
          .computeIfAbsent(uri, _ -> new ArrayList<>())
          .add(subscription);
    }
  }

  /** Has the server of that name watched so from now on. */
  void attach(String server, Watcher watcher) {
    watchers.put(server, watcher);
  }

  /** Ends what {@link #attach} began, unless another took its place. */
  void detach(String server, Watcher watcher) {
    watchers.remove(server, watcher);
  }

  /** The URIs of a server that anyone wants to be told of. */
  synchronized Set<String> uris(String server) {
    return new TreeSet<>(wanted.getOrDefault(server, Map.of()).keySet());
  }

  /** Tells all who want to be told of what the params name. */
  void updated(String server, ObjectNode params) {
    var uri = params.path("uri").asText();
    List<Subscription> told;
    synchronized (this) {
      told = List.copyOf(wanted.getOrDefault(server, Map.of()).getOrDefault(uri, List.of()));
    }
    told.forEach(subscription -> subscription.updates.accept(params));
  }

  private synchronized void end(Subscription subscription) {
    var uris = wanted.get(subscription.server);
    if (uris == null) {
      return;
    }
    var present = uris.get(subscription.uri);
    if (present != null && present.removeIf(some -> some == subscription) && present.isEmpty()) {
      uris.remove(subscription.uri);
      if (uris.isEmpty()) {
        wanted.remove(subscription.server);
      }
    }
  }
}
