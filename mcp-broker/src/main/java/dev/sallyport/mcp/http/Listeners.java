package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.ListKind;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Those who want to be told of changes, each on a stream of its own. A list has changed for a
 * caller when what it has has changed, for whatever reason. Thread-safe.
 */
final class Listeners {
  /** The most streams of all callers. */
  static final int MOST = 20_000;

  private static final byte[] STILL_THERE = ": \n\n".getBytes(StandardCharsets.US_ASCII);

  private final Broker broker;
  private final Duration keepAlive;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

  Listeners(Broker broker, Duration keepAlive) {
    this.broker = broker;
    this.keepAlive = keepAlive;
    broker.whenChanged(this::look);
  }

  /** One who listens, and what it last had of each list that it wants to hear of. */
  private record Listener(
      Caller caller, Optional<String> server, News news, Map<ListKind, Integer> had) {}

  /** Whether one more may listen. */
  boolean hasRoom() {
    return listeners.size() < MOST;
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
    var had = new EnumMap<ListKind, Integer>(ListKind.class);
    lists.forEach(kind -> had.put(kind, broker.fingerprint(caller, server, kind)));
    var listener = new Listener(caller, server, news, had);
    listeners.add(listener);
    try {
      write(listener, shape, response);
    } finally {
      listeners.remove(listener);
    }
  }

  /**
   * What a stream has around its notifications.
   *
   * @param first what is written first
   * @param written what is written of each notification
   * @param last what is written at an end that is ours
   */
  record Shape(
      Optional<ObjectNode> first, UnaryOperator<ObjectNode> written, Optional<ObjectNode> last) {}

  private void write(Listener listener, Shape shape, ServerResponse response) {
    var news = listener.news();
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header("X-Accel-Buffering", "no");
    try (var out = response.outputStream()) {
      out.write(shape.first().map(CallStream::event).orElse(STILL_THERE));
      out.flush();
      while (!news.isOver()) {
        var next = news.next(keepAlive);
        if (next.isEmpty()) {
          look(listener); // what policies grant may have changed
        }
        out.write(next.map(shape.written()).map(CallStream::event).orElse(STILL_THERE));
        out.flush();
      }
      if (shape.last().isPresent()) {
        out.write(CallStream.event(shape.last().get()));
      }
    } catch (IOException | RuntimeException _) {
      // The client has left.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    listeners.forEach(this::look);
  }

  private void look(Listener listener) {
    synchronized (listener) {
      listener
          .had()
          .replaceAll((kind, before) -> {
            int now = broker.fingerprint(listener.caller(), listener.server(), kind);
            if (now != before) {
              var method = changed(kind);
              listener.news().add(method, RpcMessage.notification(method, Json.object()));
            }
            return now;
          });
    }
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

  /** Ends every stream. */
  void close() {
    listeners.forEach(listener -> listener.news().end());
  }
}
