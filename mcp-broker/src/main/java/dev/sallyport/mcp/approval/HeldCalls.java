package dev.sallyport.mcp.approval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision.Approval;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.grant.Approvers;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.vault.StateSeal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The calls that policies hold, and what persons decide of them.
 *
 * <p>A call waits as a row in the database, which is on the disk before its caller is told. An
 * approval is used up by one conditional update, which is on the disk before the call goes on. So
 * it is used at most once, whichever replicas are asked at the same time, and whenever one dies.
 * Thread-safe.
 */
public final class HeldCalls implements Approvals {
  private static final Logger LOG = System.getLogger(HeldCalls.class.getName());

  /** How often the row of a call may change under the hands of whoever makes the call. */
  private static final int ATTEMPTS = 5;

  /** Until then, whoever ended a call is about to write that down. */
  private static final Duration RECORDING = Duration.ofMinutes(1);

  private final HeldCallTable table;
  private final StateSeal seal;
  private final Evidence evidence;
  private final HeldCallLimits limits;
  private final Approvers approvers;
  private final InstantSource clock;
  private final Waiters waiting = new Waiters();

  /** Held calls in a database whose tables it makes if they are not there. */
  public HeldCalls(
      DataSource dataSource,
      StateSeal seal,
      Evidence evidence,
      HeldCallLimits limits,
      InstantSource clock) {
    this(dataSource, seal, evidence, limits, Approvers.NONE, clock);
  }

  /**
   * The same, where only some may approve.
   *
   * @param approvers those who may; anybody who may decide at all, where none are named
   */
  public HeldCalls(
      DataSource dataSource,
      StateSeal seal,
      Evidence evidence,
      HeldCallLimits limits,
      Approvers approvers,
      InstantSource clock) {
    Migrations.run(dataSource, "mcp");
    this.table = new HeldCallTable(dataSource);
    this.seal = seal;
    this.evidence = evidence;
    this.limits = limits;
    this.approvers = approvers;
    this.clock = clock;
  }

  @Override
  public Answer redeem(CallId attempt, Action action, Held held, Gate gate) {
    var bound = Bound.of(action, held);
    return stored(() -> {
      for (int i = 0; i < ATTEMPTS; i++) {
        var answer = answer(attempt, bound, gate);
        if (answer.isPresent()) {
          return answer.get();
        }
      }
      throw new Refusal(RefusalCode.UNAVAILABLE);
    });
  }

  /** Empty if somebody else changed the row meanwhile. */
  private Optional<Answer> answer(CallId attempt, Bound bound, Gate gate) throws SQLException {
    var known = table.live(bound.digest());
    if (known.isEmpty()) {
      return ask(attempt, bound);
    }
    var call = known.get();
    var now = clock.instant();
    if (call.isOver(now)) {
      end(call);
      return Optional.empty();
    }
    var id = new CallId(call.id());
    return switch (call.status()) {
      case PENDING -> Optional.of(new Answer.Waiting(id, call.expiresAt(), limits.retryAfter()));
      case REJECTED -> Optional.of(new Answer.Rejected(id));
      case APPROVED -> {
        if (!gate.open()) {
          yield Optional.of(new Answer.Stopped());
        }
        yield use(attempt, call, bound, gate)
            ? Optional.of(new Answer.Approved(new Approval(id, call.decidedBy().orElse(""))))
            : Optional.empty();
      }
      case USED, WITHDRAWN, EXPIRED -> Optional.empty();
    };
  }

  private boolean use(CallId attempt, HeldCall call, Bound bound, Gate gate) throws SQLException {
    boolean used = false;
    try {
      used = table.use(call.id(), bound.digest(), attempt, clock.instant());
    } finally {
      if (!used) {
        gate.close();
      }
    }
    return used;
  }

  private Optional<Answer> ask(CallId attempt, Bound bound) throws SQLException {
    if (bound.content().length > limits.contentBytes()) {
      throw new Refusal(
          RefusalCode.REQUEST_TOO_LARGE, "A person must approve this call, and it is too large.");
    }
    var now = clock.instant();
    var sealed = seal.seal(bound.content(), boundTo(attempt.value()));
    return table.add(attempt.value(), bound, sealed, now, limits)
        ? Optional.of(
            new Answer.Waiting(attempt, now.plus(bound.held().life()), limits.retryAfter()))
        : Optional.empty();
  }

  /** The calls of one status, or the newest of all. */
  public List<HeldCall> list(Optional<HeldStatus> status) {
    return stored(() -> status.isPresent() ? table.of(status.get()) : table.all());
  }

  /**
   * One call.
   *
   * @throws Refusal with UNKNOWN_RESOURCE if there is none of that id
   */
  public HeldCall get(String id) {
    return stored(() -> table.find(id))
        .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_RESOURCE));
  }

  /**
   * What a call sends: its {@code arguments}, and {@code besides} what is sent beside them.
   *
   * @throws Refusal with UNKNOWN_RESOURCE if there is none of that id
   */
  public JsonNode content(String id) {
    var sealed =
        stored(() -> table.content(id))
            .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_RESOURCE));
    try {
      return Json.parseResult(
          seal.open(sealed, boundTo(id))
              .orElseThrow(() -> new MalformedJsonException("is sealed with another key")));
    } catch (MalformedJsonException e) {
      LOG.log(Level.ERROR, "what call " + id + " sends cannot be opened", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  private static String boundTo(String id) {
    return "held-call|" + id;
  }

  /**
   * Approves a call: it goes on once, if it is made again in time.
   *
   * @throws Refusal with UNKNOWN_RESOURCE; with FORBIDDEN if approvers are named and this is none,
   *     if it is a call of the approver's own, or made on the approver's behalf; or with CONFLICT
   *     if it does not wait any more
   */
  public HeldCall approve(String id, PrincipalId by) {
    var asked = get(id);
    if (!approvers.mayApprove(by)) {
      throw new Refusal(
          RefusalCode.FORBIDDEN,
          "Only those whom admin.approvers names approve calls, each with a token of their own. Ask"
              + " one of them; this token may read and reject calls.");
    }
    if (asked.isOf(by)) {
      throw new Refusal(
          RefusalCode.FORBIDDEN, "Nobody approves a call of their own. Ask somebody else who may.");
    }
    if (!stored(() -> table.approve(id, by, clock.instant()))) {
      throw decided();
    }
    waiting.changed();
    return get(id);
  }

  /**
   * Rejects a call that has not gone on, approved before or not.
   *
   * @throws Refusal with UNKNOWN_RESOURCE, or with CONFLICT if it went on, was rejected or is over
   */
  public HeldCall reject(String id, PrincipalId by) {
    var _ = get(id);
    if (!stored(() -> table.reject(id, by, clock.instant()))) {
      throw decided();
    }
    waiting.changed();
    var rejected = get(id);
    return stored(() -> {
      record(rejected);
      return rejected;
    });
  }

  @Override
  public boolean withdraw(CallId id, Owner caller) {
    return stored(() -> {
      if (!table.withdraw(id.value(), caller, clock.instant())) {
        return false;
      }
      waiting.changed();
      record(get(id.value()));
      return true;
    });
  }

  @Override
  public boolean isWithdrawn(CallId id) {
    return stored(() -> table.find(id.value()))
        .filter(call -> call.status() == HeldStatus.WITHDRAWN)
        .isPresent();
  }

  @Override
  public boolean awaitDecision(CallId id, Duration longest) throws InterruptedException {
    return waiting.await(() -> isDecided(id), longest);
  }

  private boolean isDecided(CallId id) {
    return stored(() -> table.find(id.value()))
        .filter(call -> call.status() == HeldStatus.PENDING && !call.isOver(clock.instant()))
        .isEmpty();
  }

  private static Refusal decided() {
    return new Refusal(
        RefusalCode.CONFLICT,
        "The call does not wait any more: it was decided, or its time is over. Read it again.");
  }

  /** Ends what is over, and forgets what ended long ago. To be done from time to time. */
  public void sweep() throws SQLException {
    var now = clock.instant();
    for (var call : table.over(now)) {
      end(call);
    }
    for (var call : table.unrecorded(now.minus(RECORDING))) {
      record(call);
    }
    table.forget(now.minus(limits.kept()));
  }

  private void end(HeldCall call) throws SQLException {
    if (call.status() == HeldStatus.REJECTED) {
      table.release(call.id());
    } else if (table.expire(call.id(), clock.instant())) {
      record(table.find(call.id()).orElse(call));
    }
  }

  /**
   * Writes into evidence how a call ended that never went on, under the id of its first attempt.
   */
  private void record(HeldCall call) throws SQLException {
    var code =
        switch (call.status()) {
          case REJECTED -> RefusalCode.APPROVAL_REJECTED;
          case WITHDRAWN -> RefusalCode.APPROVAL_WITHDRAWN;
          case PENDING, APPROVED, USED, EXPIRED -> RefusalCode.APPROVAL_EXPIRED;
        };
    var facts =
        Json.object()
            .put("principal", call.principal())
            .put("server", call.server())
            .put("name", call.name());
    call.user().ifPresent(user -> facts.put("on_behalf_of", user));
    call.decidedBy().ifPresent(by -> facts.put("decided_by", by));
    evidence.lapsed(new CallId(call.id()), new Outcome.Refused(code), facts);
    table.recorded(call.id());
  }

  @FunctionalInterface
  private interface Work<T> {
    T done() throws SQLException;
  }

  private static <T> T stored(Work<T> work) {
    try {
      return work.done();
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "held calls cannot be kept", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }
}
