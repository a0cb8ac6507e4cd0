package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.ServerAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Has requests that a policy holds wait here for what persons decide, as long as their clients are
 * there and want them: for a bounded time, and no more of them than a bound. For each approval one
 * waits, the newest: an older one may be of a client that left, for which nothing is to be done any
 * more. Thread-safe.
 */
final class HeldWaits {
  /** Less than clients commonly wait for an answer. */
  static final Duration PATIENCE = Duration.ofSeconds(45);

  /** The most requests of one caller that wait here; more are told at once to come again. */
  static final int MOST_OF_ONE = 32;

  /** The most requests of all callers that wait here. */
  static final int MOST = 1_024;

  /** How often it is looked whether the client is still there. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Approvals approvals;
  private final Duration patience;
  private final Room room = new Room(MOST, MOST_OF_ONE);
  private final Map<CallId, Turn> newest = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Nobody waits yet.
   *
   * @param patience how long a client waits for a decision before it is told to come again
   */
  HeldWaits(Approvals approvals, Duration patience) {
    this.approvals = approvals;
    this.patience = patience;
  }

  /**
   * What a client says that comes again with a request that was held.
   *
   * @param approval what the request waited for
   * @param unwanted whether the client takes the request back
   */
  record Again(CallId approval, boolean unwanted) {}

  /** Whether the answer to an elicitation takes the request back. */
  static boolean isUnwanted(JsonNode said) {
    return switch (said.path("action").asText()) {
      case "decline", "cancel" -> true;
      default -> false;
    };
  }

  /** Whether the answer to an elicitation says that the request is to wait. */
  static boolean isWanted(JsonNode said) {
    return said.path("action").asText().equals("accept");
  }

  /**
   * The answer to a request that comes again after it was held. It is decided anew, unless it was
   * withdrawn; if it still waits for the same, a decision is waited for, and it is made once more.
   *
   * @param again what its client says; empty if it was not held
   * @throws Refusal with APPROVAL_REQUIRED if it still waits, or another of the same waits in its
   *     place; with APPROVAL_WITHDRAWN if the client takes it back or did; with CONFLICT if there
   *     is nothing left to take back
   */
  ServerAnswer answer(
      Owner owner, Optional<Again> again, Cancellation cancellation, Supplier<ServerAnswer> ask) {
    if (again.isEmpty()) {
      return ask.get();
    }
    var approval = again.get().approval();
    if (again.get().unwanted()) {
      throw withdrawn(owner, approval).orElseGet(HeldWaits::nothingWaits);
    }
    try (var turn = turn(approval)) {
      requireWanted(approval);
      try {
        return ask.get();
      } catch (Refusal refusal) {
        try {
          if (!isFor(approval, refusal) || !isDecided(owner, turn, cancellation)) {
            throw refusal;
          }
        } catch (CallCancelledException e) {
          return new ServerAnswer.Cancelled(e.why());
        }
      }
      return ask.get();
    }
  }

  /** The turn of one request to wait for an approval, until it ends or a newer one comes. */
  private final class Turn implements AutoCloseable {
    private final CallId approval;

    private Turn(CallId approval) {
      this.approval = approval;
    }

    private boolean isOver() {
      return newest.get(approval) != this;
    }

    @Override
    public void close() {
      newest.remove(approval, this);
    }
  }

  private Turn turn(CallId approval) {
    var turn = new Turn(approval);
    newest.put(approval, turn);
    return turn;
  }

  private void requireWanted(CallId approval) {
    if (approvals.isWithdrawn(approval)) {
      throw Refusal.withdrawn(approval);
    }
  }

  private static boolean isFor(CallId approval, Refusal refusal) {
    return refusal.approval().filter(waiting -> waiting.id().equals(approval)).isPresent();
  }

  private static Refusal nothingWaits() {
    return new Refusal(
        RefusalCode.CONFLICT,
        "There is nothing to take back: the call went on, was decided or withdrawn, or its time is"
            + " over. It was not made now.");
  }

  /** Takes a request back for its caller: the refusal that says so; empty if it does not wait. */
  Optional<Refusal> withdrawn(Owner owner, CallId approval) {
    return approvals.withdraw(approval, owner)
        ? Optional.of(Refusal.withdrawn(approval))
        : Optional.empty();
  }

  /**
   * Waits until a person has decided, or the request does not wait any more for another reason.
   *
   * @return whether that is so; not if the time was over first, too many wait, a newer request
   *     waits for the same, or all is to end
   * @throws CallCancelledException if the request was given up first
   * @throws Refusal with APPROVAL_WITHDRAWN if it was taken back
   */
  boolean isDecided(Owner owner, CallId approval, Cancellation cancellation) {
    try (var turn = turn(approval)) {
      return isDecided(owner, turn, cancellation);
    }
  }

  private boolean isDecided(Owner owner, Turn turn, Cancellation cancellation) {
    if (!room.enter(owner)) {
      return false;
    }
    try {
      return isDecided(turn, cancellation);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UNAVAILABLE);
    } finally {
      room.leave(owner);
    }
  }

  private boolean isDecided(Turn turn, Cancellation cancellation) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (long left = patience.toNanos(); left > 0 && !closed; left = deadline - System.nanoTime()) {
      var look = Duration.ofNanos(Math.min(left, LOOK.toNanos()));
      boolean decided = approvals.awaitDecision(turn.approval, look);
      if (decided) {
        requireWanted(turn.approval);
      }
      if (decided || turn.isOver()) {
        return !turn.isOver();
      }
      var why = cancellation.why();
      if (why.isPresent()) {
        throw new CallCancelledException(why.get());
      }
    }
    return false;
  }

  /** Has all who wait, and all who come, be told to come again. */
  void close() {
    closed = true;
  }
}
