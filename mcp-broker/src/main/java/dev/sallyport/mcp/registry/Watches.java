package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Interests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who wants to be told of changes of what can be read, and of tasks, by server. Many who want the
 * same make one subscription at the server. Thread-safe.
 */
public final class Watches {
  private static final int MAX_TOPICS_A_SERVER = 1_000;
  private static final int MAX_SUBSCRIBERS_A_TOPIC = 10_000;
  private static final Duration LONGEST_BEGINNING = Duration.ofSeconds(10);

  /** By server. Guarded by this. */
  private final Map<String, Map<Topic, List<Subscription>>> wanted = new HashMap<>();

  /** By server. */
  private final Map<String, Watcher> watchers = new ConcurrentHashMap<>();

  /** Ends with its closing, which may be done more than once. */
  public final class Subscription implements AutoCloseable {
    private final String server;
    private final Topic topic;
    private final Consumer<ObjectNode> updates;

    private Subscription(String server, Topic topic, Consumer<ObjectNode> updates) {
      this.server = server;
      this.topic = topic;
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
    return subscribe(server, Topic.resource(uri), updates);
  }

  /**
   * Has changes of a task told from now on, as {@link #subscribe(String, String, Consumer)} has
   * updates.
   *
   * @param id by which the server knows it
   */
  public Subscription subscribeToTask(String server, String id, Consumer<ObjectNode> updates) {
    return subscribe(server, Topic.task(id), updates);
  }

  private Subscription subscribe(String server, Topic topic, Consumer<ObjectNode> updates) {
    var watcher = watchers.get(server);
    if (watcher == null) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
    var subscription = new Subscription(server, topic, updates);
    add(subscription);
    boolean watched = false;
    try {
      watcher.awaitWatched(topic, LONGEST_BEGINNING);
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
    var topic = subscription.topic;
    synchronized (this) {
      var topics = wanted.getOrDefault(server, Map.of());
      var present = topics.getOrDefault(topic, List.of());
      if ((present.isEmpty() && topics.size() >= MAX_TOPICS_A_SERVER)
          || present.size() >= MAX_SUBSCRIBERS_A_TOPIC) {
        throw new Refusal(RefusalCode.RATE_LIMITED);
      }
      wanted
          .computeIfAbsent(server, _ -> new HashMap<>())
          .computeIfAbsent(topic, _ -> new ArrayList<>())
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

  /** What of a server anyone wants to be told of. */
  synchronized Interests wanted(String server) {
    return Topic.interests(wanted.getOrDefault(server, Map.of()).keySet());
  }

  /** Tells all who want to be told of what can be read and the params name. */
  void updated(String server, ObjectNode params) {
    tell(server, Topic.resource(params.path("uri").asText()), params);
  }

  /** Tells all who want to be told of the task that the params name. */
  void taskChanged(String server, ObjectNode params) {
    tell(server, Topic.task(params.path("taskId").asText()), params);
  }

  private void tell(String server, Topic topic, ObjectNode params) {
    List<Subscription> told;
    synchronized (this) {
      told = List.copyOf(wanted.getOrDefault(server, Map.of()).getOrDefault(topic, List.of()));
    }
    told.forEach(subscription -> subscription.updates.accept(params));
  }

  private synchronized void end(Subscription subscription) {
    var topics = wanted.get(subscription.server);
    if (topics == null) {
      return;
    }
    var present = topics.get(subscription.topic);
    if (present != null && present.removeIf(some -> some == subscription) && present.isEmpty()) {
      topics.remove(subscription.topic);
      if (topics.isEmpty()) {
        wanted.remove(subscription.server);
      }
    }
  }
}
