package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcMessage;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A server that is a process of ours, spoken to over its standard input and output.
 *
 * <p>It is started by the first call and again by the first call after it died, but no sooner than
 * a pause that doubles with each death in a row. What it was lent it holds for its lifetime, so
 * that nothing is lent to a single call; once it would be lent something else, it is ended.
 */
public final class StdioUpstream implements Upstream {
  private static final int MAX_TIMEOUTS = 5;

  private final StdioSettings settings;
  private final ProcessStarter starter;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile @Nullable StdioSession session;
  private volatile boolean closed;
  private volatile Duration pause = Duration.ZERO;
  private volatile long notBefore = System.nanoTime();

  public StdioUpstream(StdioSettings settings, ProcessStarter starter) {
    this.settings = settings;
    this.starter = starter;
  }

  @Override
  public Listing inspect(Lent lent) {
    var in = session(Deadline.in(settings.timeout()));
    return Protocol.listing(
        in.introduction(),
        (method, params) -> {
          var deadline = Deadline.in(settings.timeout());
          return switch (ask(in, method, params, deadline, Conversation.none())) {
            case UpstreamAnswer.Result(var result, _, _) -> result;
            case UpstreamAnswer.Failure _ -> throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
          };
        });
  }

  @Override
  public UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation) {
    var deadline = Deadline.in(settings.timeout());
    var params = request.params().deepCopy();
    return ask(session(deadline), request.method(), params, deadline, conversation);
  }

  @Override
  public void close() {
    closed = true;
    var running = session;
    if (running != null) {
      running.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      running.awaitEnd();
    }
  }

  private UpstreamAnswer ask(
      StdioSession in,
      String method,
      ObjectNode params,
      Deadline deadline,
      Conversation conversation) {
    try {
      var answer = in.ask(method, params, deadline, conversation);
      answered();
      return answer;
    } catch (Refusal refusal) {
      if (in.timeoutsInARow() >= MAX_TIMEOUTS) {
        in.close(RefusalCode.UPSTREAM_TIMEOUT);
      }
      throw refusal;
    }
  }

  private StdioSession session(Deadline deadline) {
    var running = session;
    return running != null && isUsable(running) ? running : start(deadline);
  }

  private boolean isUsable(StdioSession running) {
    return running.isAlive() && starter.isCurrent(running.started());
  }

  private StdioSession start(Deadline deadline) {
    try {
      if (!starting.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
    try {
      var running = session;
      if (running != null) {
        if (isUsable(running)) {
          return running;
        }
        running.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      }
      requireStartable();
      lengthenPause();
      var started = initialized(deadline);
      session = started;
      if (closed) {
        started.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      }
      return started;
    } finally {
      starting.unlock();
    }
  }

  private void requireStartable() {
    long wait = notBefore - System.nanoTime();
    if (closed || wait > 0) {
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE)
          .retryAfter(Duration.ofNanos(Math.max(wait, 0)));
    }
  }

  /** Takes each start for one that will fail, until an answer shows otherwise. */
  private void lengthenPause() {
    var doubled = pause.isZero() ? settings.firstPause() : pause.multipliedBy(2);
    pause = doubled.compareTo(settings.longestPause()) > 0 ? settings.longestPause() : doubled;
    notBefore = System.nanoTime() + pause.toNanos();
  }

  private StdioSession initialized(Deadline deadline) {
    var started = new StdioSession(settings, starter.start());
    try {
      var answer =
          started.ask(
              Protocol.INITIALIZE,
              Protocol.initializeParams(Revision.R2025_11_25, ClientFace.PLAIN),
              deadline,
              Conversation.none());
      if (!(answer instanceof UpstreamAnswer.Result(var result, _, _))) {
        throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
      }
      Protocol.sessionRevision(result);
      started.introduced(Protocol.introduction(result));
      started.tell(RpcMessage.notification(Protocol.INITIALIZED, Json.object()));
      return started;
    } catch (RuntimeException e) {
      started.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      throw e;
    }
  }

  /** A tool answered: the server is well, and may be started at once if it dies. */
  private void answered() {
    pause = Duration.ZERO;
    notBefore = System.nanoTime();
  }
}
