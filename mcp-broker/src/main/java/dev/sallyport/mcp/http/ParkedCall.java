package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call whose client can be asked for something only by the answer to its request.
 *
 * <p>It runs on a thread of its own. When its server asks for something, the request is answered
 * with that, and the call waits until its client makes the request again and says it. Each request
 * is one leg of the call. Thread-safe.
 */
final class ParkedCall implements Conversation {
  /** How long a call waits for its client to come again. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Logger LOG = System.getLogger(ParkedCall.class.getName());

  private final String handle;
  private final ParkedCalls calls;
  private final ClientFace client;
  private final Cancellation cancellation = new Cancellation();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Leg leg;
  private @Nullable Step step;
  private @Nullable ClientAnswer said;
  private int questions;

  ParkedCall(String handle, ParkedCalls calls, ClientFace client) {
    this.handle = handle;
    this.calls = calls;
    this.client = client;
  }

  /**
   * One request of the client.
   *
   * @param token by which it knows the progress; empty if it wants none
   */
  record Leg(CallStream stream, Optional<JsonNode> token, boolean takesLog) {}

  /** How far the call is. */
  private sealed interface Step {
    /** The server waits for the client. */
    record Asked(String key, String method, ObjectNode params) implements Step {}

    record Answered(ServerAnswer answer) implements Step {}

    record Refused(Refusal refusal) implements Step {}
  }

  String handle() {
    return handle;
  }

  /** Begins the call with its first leg, on a thread of its own. */
  void begin(Leg first, Function<Conversation, ServerAnswer> work) {
    lock.lock();
    try {
      leg = first;
    } finally {
      lock.unlock();
    }
    Thread.ofVirtual().name("mcp-call").start(() -> run(work));
  }

  private void run(Function<Conversation, ServerAnswer> work) {
    Step end;
    try {
      end = new Step.Answered(work.apply(this));
    } catch (Refusal refusal) {
      end = new Step.Refused(refusal);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a call on a thread of its own failed", e);
      end = new Step.Refused(new Refusal(RefusalCode.INTERNAL));
    }
    calls.forget(this);
    become(end);
  }

  /**
   * Goes on until there is something to answer the leg with.
   *
   * @param responses what the client says to what it was asked for
   */
  ServerAnswer next(Leg now, JsonNode responses) {
    lock.lock();
    try {
      leg = now;
      if (step instanceof Step.Asked(var key, _, _)
          && responses.get(key) instanceof ObjectNode result) {
        said = new ClientAnswer.Given(result);
        step = null;
        changed.signalAll();
      }
      while (step == null) {
        changed.awaitUninterruptibly();
      }
      leg = null;
      changed.signalAll();
      return switch (step) {
        case Step.Asked asked -> wish(asked);
        case Step.Answered(var answer) -> answer;
        case Step.Refused(var refusal) -> throw refusal;
      };
    } finally {
      lock.unlock();
    }
  }

  private ServerAnswer wish(Step.Asked asked) {
    var result = Json.object().put("resultType", "input_required");
    result
        .putObject("inputRequests")
        .putObject(asked.key())
        .put("method", asked.method())
        .set("params", asked.params());
    return new ServerAnswer.Result(result.put("requestState", handle));
  }

  private void become(Step now) {
    lock.lock();
    try {
      step = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ClientAnswer ask(String method, ObjectNode params) {
    if (!calls.admits(this)) {
      return refused("Too many calls wait for their clients.");
    }
    lock.lock();
    try {
      said = null;
      questions++;
      step = new Step.Asked("input-" + questions, method, params);
      changed.signalAll();
      return answered();
    } finally {
      lock.unlock();
    }
  }

  private ClientAnswer answered() {
    long left = PATIENCE.toNanos();
    try {
      while (said == null) {
        if (leg != null) {
          changed.await();
          left = PATIENCE.toNanos();
        } else if (left <= 0) {
          calls.forget(this);
          return refused("The client did not come again in time.");
        } else {
          left = changed.awaitNanos(left);
        }
      }
      return said;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  private static ClientAnswer refused(String why) {
    return new ClientAnswer.Refused(RpcError.of(RpcError.INTERNAL_ERROR, why).toJson());
  }

  @Override
  public ClientFace client() {
    return client;
  }

  @Override
  public boolean takesInputRequests() {
    return true;
  }

  @Override
  public boolean wantsProgress() {
    return present().flatMap(Leg::token).isPresent();
  }

  @Override
  public void progressed(ObjectNode params) {
    present()
        .ifPresent(now ->
            now.token()
                .ifPresent(token -> now.stream().tell(Dialogue.progress(token, params), true)));
  }

  @Override
  public void logged(ObjectNode params) {
    present()
        .filter(Leg::takesLog)
        .ifPresent(now ->
            now.stream().tell(RpcMessage.notification("notifications/message", params), true));
  }

  private Optional<Leg> present() {
    lock.lock();
    try {
      return Optional.ofNullable(leg);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Cancellation cancellation() {
    return cancellation;
  }
}
