package dev.sallyport.identity.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Writes into evidence what the edge refuses, so that a flood of it cannot fill it: of each minute
 * the {@link FullRecords} one by one, the rest of that minute as one record of counts. Thread-safe.
 */
public final class RefusedAuthentications {
  /** The type of the records of who was not let in. */
  public static final String EVENT = "authentication.refused";

  /** The type of the records of requests that were cut, since their callers would not be now. */
  public static final String CUT = "request.cut";

  private static final String REQUEST = "request.refused";
  static final Duration WINDOW = Duration.ofMinutes(1);

  private final Evidence evidence;
  private final InstantSource clock;

  private Instant windowStart = Instant.MIN;
  private FullRecords full = new FullRecords();
  private Map<String, Long> counted = new TreeMap<>();

  public RefusedAuthentications(Evidence evidence, InstantSource clock) {
    this.evidence = evidence;
    this.clock = clock;
  }

  /**
   * Writes one refusal, or counts it.
   *
   * @param reason a stable code
   * @param door the part of the data plane that was asked for
   * @param peer the address that the request came from
   */
  public void refused(String reason, String door, String peer) {
    var facts = JsonNodeFactory.instance.objectNode().put("reason", reason);
    write(reason, EVENT, facts.put("door", door).put("peer", peer), FullRecords::takeForStranger);
  }

  /** Writes, or counts, that a caller who is known is not let in. */
  void refusedPrincipal(String reason, PrincipalId principal, String door, String peer) {
    var facts = JsonNodeFactory.instance.objectNode().put("reason", reason);
    write(
        reason,
        EVENT,
        facts.put("principal", principal.value()).put("door", door).put("peer", peer),
        places -> places.takeFor(principal));
  }

  /** Writes, or counts, that a request was cut that was let in before. */
  void cut(Why why, PrincipalId principal, String door, String peer) {
    var facts = JsonNodeFactory.instance.objectNode().put("reason", why.label());
    write(
        why.label(),
        CUT,
        facts.put("principal", principal.value()).put("door", door).put("peer", peer),
        places -> places.takeFor(principal));
  }

  /** Writes, or counts, that a caller who is known named a turn that it does not have. */
  void refusedTurn(PrincipalId principal, String door, String peer) {
    var code = RefusalCode.UNKNOWN_TURN.code();
    var facts = JsonNodeFactory.instance.objectNode().put("code", code);
    write(
        code,
        REQUEST,
        facts.put("principal", principal.value()).put("door", door).put("peer", peer),
        places -> places.takeFor(principal));
  }

  private void write(
      String reason, String type, ObjectNode inFullFacts, Predicate<FullRecords> place) {
    Optional<ObjectNode> summary;
    boolean inFull;
    synchronized (this) {
      summary = closeWindow();
      inFull = place.test(full);
      if (!inFull) {
        counted.merge(reason, 1L, Long::sum);
      }
    }
    summary.ifPresent(facts -> evidence.event(EVENT, facts));
    if (inFull) {
      evidence.event(type, inFullFacts);
    }
  }

  /** Writes what was counted in a minute that is over. To be called about once a minute. */
  public void flush() {
    Optional<ObjectNode> summary;
    synchronized (this) {
      summary = closeWindow();
    }
    summary.ifPresent(facts -> evidence.event(EVENT, facts));
  }

  /** Writes what was counted so far, whatever the time. To be called once, at the end. */
  public void close() {
    Optional<ObjectNode> summary;
    synchronized (this) {
      summary = summary();
    }
    summary.ifPresent(facts -> evidence.event(EVENT, facts));
  }

  private Optional<ObjectNode> closeWindow() {
    var now = clock.instant();
    if (windowStart.equals(Instant.MIN)) {
      windowStart = now;
    }
    if (Duration.between(windowStart, now).abs().compareTo(WINDOW) < 0) {
      return Optional.empty();
    }
    var summary = summary();
    windowStart = now;
    full = new FullRecords();
    return summary;
  }

  private Optional<ObjectNode> summary() {
    if (counted.isEmpty()) {
      return Optional.empty();
    }
    var facts = JsonNodeFactory.instance.objectNode().put("since", windowStart.toString());
    var reasons = facts.putObject("counts");
    counted.forEach(reasons::put);
    counted = new TreeMap<>();
    return Optional.of(facts);
  }
}
