package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The resources and tasks of whose changes one client is told. Thread-safe. */
final class Subscriptions implements AutoCloseable {
  /** The most of one client. */
  static final int MOST = 256;

  private static final String UPDATED = "notifications/resources/updated";
  private static final String TASK = "notifications/tasks";

  private final News news;
  private final Map<String, Runnable> ends = new HashMap<>();
  private boolean closed;

  Subscriptions(News news) {
    this.news = news;
  }

  /**
   * Begins to tell of a resource.
   *
   * @throws Refusal if the client may not read it, or has too many
   */
  void add(Broker broker, Caller caller, Optional<String> server, String uri) {
    var about = about(server, uri);
    add(about, () -> broker.subscribe(caller, server, uri, params -> tell(about, uri, params)));
  }

  /** A session may go through the doors of several servers, which may name things alike. */
  private static String about(Optional<String> server, String uri) {
    return UPDATED + " " + server.orElse("") + " " + uri;
  }

  /**
   * Begins to tell of a task.
   *
   * @throws Refusal if the client has no such task, or has too many
   */
  void addTask(Broker broker, Exchange exchange, String handle) {
    var about = TASK + " " + handle;
    add(
        about,
        () ->
            broker.followTask(
                exchange.caller(),
                exchange.server(),
                handle,
                exchange.client(),
                task -> news.add(about, RpcMessage.notification(TASK, task))));
  }

  private void add(String about, Supplier<Runnable> beginning) {
    synchronized (this) {
      if (ends.containsKey(about)) {
        return;
      }
      if (ends.size() >= MOST) {
        throw new Refusal(RefusalCode.RATE_LIMITED);
      }
    }
    var end = beginning.get();
    synchronized (this) {
      if (!closed && ends.putIfAbsent(about, end) == null) {
        return;
      }
    }
    end.run();
  }

  private void tell(String about, String uri, ObjectNode params) {
    var own = params.deepCopy();
    own.remove("_meta");
    news.add(about, RpcMessage.notification(UPDATED, own.put("uri", uri)));
  }

  /** Tells of a resource no more. */
  void remove(Optional<String> server, String uri) {
    Optional<Runnable> end;
    synchronized (this) {
      end = Optional.ofNullable(ends.remove(about(server, uri)));
    }
    end.ifPresent(Runnable::run);
  }

  @Override
  public void close() {
    Map<String, Runnable> left;
    synchronized (this) {
      closed = true;
      left = Map.copyOf(ends);
      ends.clear();
    }
    left.values().forEach(Runnable::run);
  }
}
