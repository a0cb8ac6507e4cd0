package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Presence;
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
  private static final Logger LOG = System.getLogger(ParkedCall.class.getName());

  private final ParkedCalls calls;
  private final ParkedCalls.Key key;
  private final ClientFace client;
  private final Cancellation cancellation = new Cancellation();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by the lock, as is what follows; none while no request is there to be answered. */
  private @Nullable Leg leg;

  /** None while the call is under way. */
  private @Nullable Step step;

  private @Nullable ClientAnswer said;

  /** None before it waited for the first time. */
  private @Nullable String handle;

  /** Until when it waits for its client, as its calls count time. */
  private long waitsUntil;

  private boolean forgotten;
  private int questions;

  /** Has it ended with the client that it is done for. */
  private Presence.Kept kept = () -> {};

  /** A call that is still to begin. */
  ParkedCall(ParkedCalls calls, ParkedCalls.Key key, ClientFace client) {
    this.calls = calls;
    this.key = key;
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

  /** What a request must have in common with this call's to go on with it. */
  ParkedCalls.Key key() {
    return key;
  }

  /**
   * Begins on a thread of its own, and goes on until there is something to answer the first leg
   * with.
   */
  ServerAnswer begin(Leg first, Function<Conversation, ServerAnswer> work) {
    lock.lock();
    try {
      leg = first;
      Thread.ofVirtual().name("mcp-call").start(() -> run(work));
      return answer();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends from now on with the one who has made the last request, and with that request. It waits
   * anew for its client, which may have to come several times until a person has decided.
   */
  void servedFor(Presence presence) {
    presence.cancellation().whenCancelled(cancellation::cancel);
    var next = presence.keep(cancellation::cancel);
    Presence.Kept before;
    lock.lock();
    try {
      before = forgotten ? next : kept;
      kept = forgotten ? kept : next;
      waitsUntil = calls.newPatience();
    } finally {
      lock.unlock();
    }
    before.close();
  }

  private void run(Function<Conversation, ServerAnswer> work) {
    Step end;
    try {
      end = new Step.Answered(work.apply(this));
    } catch (Refusal refusal) {
      end = new Step.Refused(refusal);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a call on a thread of its own failed", e);
      end = new Step.Refused(Refusal.fault());
    }
    lock.lock();
    try {
      forget();
      step = end;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Goes on until there is something to answer another leg with.
   *
   * @param responses what the client says to what it was asked for
   * @throws Refusal with CONFLICT if another leg is not answered yet
   */
  ServerAnswer next(Leg now, JsonNode responses) {
    lock.lock();
    try {
      if (leg != null) {
        throw new Refusal(
            RefusalCode.CONFLICT, "Another request of yours goes on with this one already.");
      }
      leg = now;
      if (step instanceof Step.Asked(var asked, _, _)
          && responses.get(asked) instanceof ObjectNode result) {
        said = new ClientAnswer.Given(result);
        step = null;
        changed.signalAll();
      }
      return answer();
    } finally {
      lock.unlock();
    }
  }

  /** What the leg is answered with, once there is something. */
  private ServerAnswer answer() {
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

  /** Has it found no more. The lock is held. */
  private void forget() {
    forgotten = true;
    kept.close();
    if (handle != null) {
      calls.forget(handle);
    }
  }

  /** Gives it up if no request of the client is there to be answered. */
  void giveUpIfWaiting() {
    lock.lock();
    try {
      if (leg == null) {
        cancellation.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ClientAnswer ask(String method, ObjectNode params) {
    lock.lock();
    try {
      if (!mayWait()) {
        return refused("The client cannot be asked now.");
      }
      said = null;
      questions++;
      step = new Step.Asked("input-" + questions, method, params);
      changed.signalAll();
      return answered();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it has waited long enough for a client that did not come. The lock is held. */
  private boolean isOver() {
    return leg == null && said == null && calls.left(waitsUntil) <= 0;
  }

  /** How long it still waits for its client to come again, in nanoseconds. */
  long left() {
    lock.lock();
    try {
      return calls.left(waitsUntil);
    } finally {
      lock.unlock();
    }
  }

  private boolean mayWait() {
    if (handle == null) {
      handle = calls.admit(this).orElse(null);
    }
    return handle != null && !forgotten && !calls.isClosed();
  }

  private ClientAnswer answered() {
    waitsUntil = calls.newPatience();
    try {
      while (said == null) {
        if (leg != null) {
          changed.await();
          waitsUntil = calls.newPatience();
        } else if (changed.awaitNanos(calls.left(waitsUntil)) <= 0 && isOver()) {
          forget();
          step = null;
          return refused("The client did not come again in time.");
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
