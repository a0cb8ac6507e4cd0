package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import dev.sallyport.sandbox.process.ChildProcess;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A process of a server that is kept, and how it is begun. It is started by the first call and
 * again by the first call after it died, but no sooner than a pause that doubles with each death in
 * a row. Once it would be lent something else than it holds, it is ended. Thread-safe.
 */
final class StdioProcess {
  private static final int MAX_TIMEOUTS = 5;
  private static final Logger LOG = System.getLogger(StdioProcess.class.getName());
  private static final String CLOSED_ITS_OUTPUT =
      "its process closed its output before it answered";
  private static final Duration PROBE = Duration.ofSeconds(2);

  private final StdioSettings settings;
  private final ProcessStarter starter;
  private final ClientFace face;
  private final boolean shared;
  private final Runnable suspect;
  private final LongAdder dropped;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile @Nullable StdioSession session;
  private volatile boolean closed;
  private volatile Duration pause = Duration.ZERO;
  private volatile long notBefore = System.nanoTime();
  private volatile Optional<String> trouble = Optional.empty();

  /**
   * A process.
   *
   * @param face as which client it is spoken to, where it speaks in a session
   * @param shared whether requests of several owners go to it
   * @param suspect is run when the server may have something else than it had
   * @param dropped counts the log messages that are told to nobody
   */
  StdioProcess(
      StdioSettings settings,
      ProcessStarter starter,
      ClientFace face,
      boolean shared,
      Runnable suspect,
      LongAdder dropped) {
    this.settings = settings;
    this.starter = starter;
    this.face = face;
    this.shared = shared;
    this.suspect = suspect;
    this.dropped = dropped;
  }

  /** The session with the process, which is started if need be. */
  StdioSession session(Deadline deadline) {
    var running = session;
    return running != null && isUsable(running) ? running : start(deadline);
  }

  /** Why it could not be begun, the last time; empty if it could. */
  Optional<String> trouble() {
    return trouble;
  }

  /** Carries what its owner asks. */
  UpstreamAnswer ask(UpstreamRequest request, Deadline deadline, Conversation conversation) {
    var in = session(deadline);
    in.serve(request.owner());
    return ask(in, request.method(), request.params(), deadline, conversation);
  }

  /** All that the server lists to the client with whom the conversation is. */
  Listing listing(ObjectNode introduction, Conversation conversation) {
    Lists.Source source =
        (method, params) -> {
          var deadline = Deadline.in(settings.timeout());
          return switch (ask(session(deadline), method, params, deadline, conversation)) {
            case UpstreamAnswer.Result(var result, long bytes, _) -> new Lists.Page(result, bytes);
            case UpstreamAnswer.Failure _ -> throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
          };
        };
    return new Lists(source, System::nanoTime).all(introduction);
  }

  private UpstreamAnswer ask(
      StdioSession in,
      String method,
      ObjectNode given,
      Deadline deadline,
      Conversation conversation) {
    var params = Protocol.extensible(given);
    if (in.isStateless()) {
      Protocol.stateless(params, conversation.client());
    }
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

  /** Ends the process, for good, and waits for that. */
  void close() {
    closed = true;
    var running = session;
    if (running != null) {
      running.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      running.awaitEnd();
    }
  }

  private boolean isUsable(StdioSession running) {
    return running.isAlive() && starter.isCurrent(running.started());
  }

  private StdioSession start(Deadline deadline) {
    deadline.lock(starting);
    try {
      var before = session;
      if (before != null) {
        if (isUsable(before)) {
          return before;
        }
        before.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      }
      requireStartable();
      lengthenPause();
      var started = begun(deadline);
      session = started;
      if (closed) {
        started.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      }
      if (before != null) {
        suspect.run();
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

  private StdioSession begun(Deadline deadline) {
    var started = new StdioSession(settings, process(), shared, suspect, dropped);
    try {
      var introduced = introduced(started, deadline);
      trouble = Optional.empty();
      return introduced;
    } catch (RuntimeException e) {
      started.close(RefusalCode.UPSTREAM_UNAVAILABLE);
      if (!Thread.currentThread().isInterrupted()) { // else it is the caller who gave up
        var why = why(started.started().process(), e, deadline);
        boolean isKnown = trouble.equals(Optional.of(why));
        trouble = Optional.of(why);
        if (!isKnown) {
          LOG.log(Level.WARNING, "server " + settings.name() + " did not begin: " + why);
        }
      }
      throw e;
    }
  }

  private ProcessStarter.Started process() {
    try {
      return starter.start();
    } catch (RuntimeException e) {
      trouble = starter.trouble();
      throw e;
    }
  }

  /**
   * Waits for the process to end: one that had to be killed for that had only closed its output.
   */
  private String why(ChildProcess process, RuntimeException fault, Deadline deadline) {
    if (fault instanceof Refusal refusal) {
      switch (refusal.code()) {
        case UPSTREAM_TIMEOUT -> {
          return "its process did not answer in time";
        }
        case UPSTREAM_REJECTED -> {
          return "it takes no revision that is spoken here";
        }
        case UPSTREAM_MALFORMED, RESULT_TOO_LARGE -> {
          return "its process wrote what is no message of MCP";
        }
        default -> {}
      }
    }
    try {
      var ended = process.onExit();
      int exit = ended.get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
      return process.isKilled() ? CLOSED_ITS_OUTPUT : starter.ended(exit);
    } catch (ExecutionException | TimeoutException | Refusal _) {
      return CLOSED_ITS_OUTPUT;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return CLOSED_ITS_OUTPUT;
    }
  }

  private StdioSession introduced(StdioSession started, Deadline deadline) {
    var revision = settings.revision();
    if (revision.isEmpty() && discovered(started, probe(deadline))) {
      return started;
    }
    if (revision.filter(Revision::isStateless).isEmpty()) {
      initialize(started, deadline);
    } else if (!discovered(started, deadline)) {
      throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
    }
    return started;
  }

  /** Leaves time for what comes after a server that says nothing. */
  private static Deadline probe(Deadline deadline) {
    var half = deadline.remaining().dividedBy(2);
    return Deadline.in(half.compareTo(PROBE) < 0 ? half : PROBE);
  }

  /** Whether the server speaks without sessions. One that says nothing may not have understood. */
  private static boolean discovered(StdioSession started, Deadline deadline) {
    var params = Protocol.stateless(Json.object(), ClientFace.PLAIN);
    var said = started.probe(Protocol.DISCOVER, params, deadline);
    if (said.isPresent()
        && said.get() instanceof UpstreamAnswer.Result(var result, _, _)
        && Protocol.supportsStateless(result.path("supportedVersions"))) {
      started.introduced(Protocol.introduction(result), true);
      return true;
    }
    return false;
  }

  private void initialize(StdioSession started, Deadline deadline) {
    var newest = settings.revision().orElse(Revision.R2025_11_25);
    var params = Protocol.initializeParams(newest, face);
    var answer = started.ask(Protocol.INITIALIZE, params, deadline, Conversation.none());
    switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> {
        Protocol.sessionRevision(result);
        started.introduced(Protocol.introduction(result), false);
        started.tell(RpcMessage.notification(Protocol.INITIALIZED, Json.object()));
        setLevel(started, deadline);
      }
      case UpstreamAnswer.Failure(var error, _, _) -> {
        // A server without sessions that was slow to say so.
        if (settings.revision().isPresent()
            || !knowsNoSessions(error)
            || !discovered(started, deadline)) {
          throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
        }
      }
    }
  }

  private static boolean knowsNoSessions(ObjectNode error) {
    int code = error.path("code").asInt();
    return code == RpcError.METHOD_NOT_FOUND
        || code == RpcError.UNSUPPORTED_VERSION
        || code == RpcError.INVALID_PARAMS;
  }

  private void setLevel(StdioSession started, Deadline deadline) {
    var level = face.logLevel();
    if (level.isPresent() && started.introduction().path("capabilities").has("logging")) {
      var params = Json.object().put("level", level.get());
      var _ = started.ask(Protocol.SET_LEVEL, params, deadline, Conversation.none());
    }
  }

  /** A tool answered: the server is well, and may be started at once if it dies. */
  private void answered() {
    pause = Duration.ZERO;
    notBefore = System.nanoTime();
  }
}
