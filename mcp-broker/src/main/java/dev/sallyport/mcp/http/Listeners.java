package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.ListKind;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Those who want to be told of changes, each on a stream of its own. A list has changed for a
 * caller when what it has has changed, for whatever reason. Each looks for itself, on its own
 * thread, so that whoever changes something never waits for those who listen. Thread-safe.
 */
final class Listeners {
  /** The most streams of all callers. */
  static final int MOST = 20_000;

  /** The most streams of one caller. */
  static final int MOST_OF_ONE = 10_000;

  private final Broker broker;
  private final Duration keepAlive;
  private final EventWriters writers;
  private final RefusedMessages refused;

  /** Who listens, by what tells each something. Guarded by this. */
  private final Map<News, Owner> listeners = new HashMap<>();

  /** Guarded by this. */
  private final Map<Owner, Integer> ofOne = new HashMap<>();

  /** Guarded by this. */
  private boolean closed;

  /**
   * None yet.
   *
   * @param keepAlive how often one who is told nothing is told that the stream is still there
   * @param writers what bounds the time that a write takes
   * @param refused is told of those who may not listen any more
   */
  Listeners(Broker broker, Duration keepAlive, EventWriters writers, RefusedMessages refused) {
    this.broker = broker;
    this.keepAlive = keepAlive;
    this.writers = writers;
    this.refused = refused;
    broker.whenChanged(this::look);
  }

  /** How many listen. */
  synchronized int size() {
    return listeners.size();
  }

  /** Whether one more of an owner may listen. */
  synchronized boolean hasRoom(Owner owner) {
    return listeners.size() < MOST && ofOne.getOrDefault(owner, 0) < MOST_OF_ONE;
  }

  private synchronized void enter(Owner owner, News news) {
    listeners.put(news, owner);
    ofOne.merge(owner, 1, Integer::sum);
    if (closed) {
      news.end();
    }
  }

  private synchronized void leave(Owner owner, News news) {
    listeners.remove(news);
    ofOne.computeIfPresent(owner, (_, own) -> own == 1 ? null : own - 1);
  }

  /**
   * Serves a stream until its client leaves or there is nothing more to tell.
   *
   * @param lists the lists of which it wants to hear
   */
  void serve(
      Caller caller,
      Optional<String> server,
      Set<ListKind> lists,
      News news,
      Shape shape,
      ServerResponse response) {
    var owner = caller.principal().owner();
    enter(owner, news);
    try {
      write(
          caller.presence().cancellation(),
          news,
          new Lists(caller, server, lists),
          shape,
          response);
    } finally {
      leave(owner, news);
    }
  }

  /** Serves what came after a place on the stream of a request, until that stream's end. */
  void resume(Caller caller, Replays.Place place, ServerResponse response) {
    Replays.serve(caller.presence().cancellation(), place, keepAlive, writers, response);
  }

  /**
   * What a stream has around its notifications.
   *
   * @param first what is written first
   * @param written what is written of each notification
   * @param last what is written at an end that is ours
   * @param cut what is written last where the client may not listen any more
   */
  record Shape(
      Optional<ObjectNode> first,
      UnaryOperator<ObjectNode> written,
      Optional<ObjectNode> last,
      Function<Refusal, Optional<ObjectNode>> cut) {}

  private void write(
      Cancellation cancellation, News news, Lists lists, Shape shape, ServerResponse response) {
    try (var out = writers.open(response)) {
      var end = write(cancellation, news, lists, shape, out);
      if (end.isPresent()) {
        out.write(CallStream.event(end.get()));
      }
    } catch (IOException | RuntimeException _) {
      // The client has left, or does not read.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what there is to tell, and gives what is to be written last. */
  private Optional<ObjectNode> write(
      Cancellation cancellation, News news, Lists lists, Shape shape, EventWriter out)
      throws IOException, InterruptedException {
    try {
      if (shape.first().isPresent()) {
        out.write(CallStream.event(shape.first().get()));
      } else {
        out.stillThere();
      }
      while (!news.isOver()) {
        long began = System.nanoTime();
        var next = cancellation.during(() -> news.next(keepAlive));
        if (next.isPresent()) {
          out.write(CallStream.event(shape.written().apply(next.get())));
          continue;
        }
        lists.look(news); // what policies grant may have changed, too
        if (System.nanoTime() - began >= keepAlive.toNanos()) {
          out.stillThere();
        }
      }
      return shape.last();
    } catch (CallCancelledException e) {
      return e.why().refusal().flatMap(shape.cut());
    } catch (Refusal refusal) {
      refused.tell(lists.caller, refusal);
      return shape.cut().apply(refusal);
    }
  }

  /** What one who listens last had of each list that it wants to hear of. For one thread. */
  private final class Lists {
    private final Caller caller;
    private final Optional<String> server;
    private final Map<ListKind, Integer> had = new EnumMap<>(ListKind.class);

    private Lists(Caller caller, Optional<String> server, Set<ListKind> lists) {
      this.caller = caller;
      this.server = server;
      lists.forEach(kind -> had.put(kind, broker.fingerprint(caller, server, kind)));
    }

    private void look(News news) {
      broker.requireKnown(caller, server);
      had.replaceAll((kind, before) -> {
        int now = broker.fingerprint(caller, server, kind);
        if (now != before) {
          var method = changed(kind);
          news.add(method, RpcMessage.notification(method, Json.object()));
        }
        return now;
      });
    }
  }

  private synchronized void look() {
    listeners.keySet().forEach(News::doubt);
  }

  /** How a client is told that a list has changed. */
  static String changed(ListKind kind) {
    return switch (kind) {
      case TOOLS -> "notifications/tools/list_changed";
      case PROMPTS -> "notifications/prompts/list_changed";
      case RESOURCES, TEMPLATES -> "notifications/resources/list_changed";
    };
  }

  /** All lists. */
  static Set<ListKind> all() {
    return Set.copyOf(Arrays.asList(ListKind.values()));
  }

  /** Ends every stream, also those that nobody reads, and those that are still to begin. */
  void close() {
    synchronized (this) {
      closed = true;
      listeners.keySet().forEach(News::end);
    }
    writers.hurry();
  }
}
