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
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Writes into evidence what the edge refuses, so that a flood of it cannot fill it: of each minute
 * the {@link FullRecords} one by one, the rest of that minute as counts. Thread-safe.
 */
public final class RefusedAuthentications {
  /** The type of the records of who was not let in. */
  public static final String EVENT = "authentication.refused";

  /** The type of the records of requests that were cut, since their callers would not be now. */
  public static final String CUT = "request.cut";

  private static final String REQUEST = "request.refused";
  private static final String SINCE = "since";
  static final Duration WINDOW = Duration.ofMinutes(1);

  private final Evidence evidence;
  private final InstantSource clock;

  private Instant windowStart = Instant.MIN;

  /** Since when there is anything that is counted and not yet written. */
  private Instant countedSince = Instant.MIN;

  private FullRecords full = new FullRecords();

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
    refused(reason, Optional::empty, door, peer);
  }

  /**
   * The same of a token that says itself who vouches for it.
   *
   * @param authority the configured resource that it names, asked for only what is written in full
   */
  void refused(String reason, Supplier<Optional<String>> authority, String door, String peer) {
    Supplier<ObjectNode> facts =
        () -> {
          var told = JsonNodeFactory.instance.objectNode().put("reason", reason);
          authority.get().ifPresent(resource -> told.put("authority", resource));
          return told.put("door", door).put("peer", peer);
        };
    write(EVENT, facts, places -> places.takeForStranger(reason));
  }

  /** Writes, or counts, that a caller who is known is not let in. */
  void refusedPrincipal(String reason, PrincipalId principal, String door, String peer) {
    var facts = JsonNodeFactory.instance.objectNode().put("reason", reason);
    write(
        EVENT,
        facts.put("principal", principal.value()).put("door", door).put("peer", peer),
        places -> places.takeFor(principal, reason));
  }

  /** Writes, or counts, that a request was cut that was let in before. */
  void cut(Why why, PrincipalId principal, String door, String peer) {
    var facts = JsonNodeFactory.instance.objectNode().put("reason", why.label());
    write(
        CUT,
        facts.put("principal", principal.value()).put("door", door).put("peer", peer),
        places -> places.takeFor(principal, why.label()));
  }

  /** Writes, or counts, that a caller who is known named a turn that it does not have. */
  void refusedTurn(PrincipalId principal, String door, String peer) {
    var code = RefusalCode.UNKNOWN_TURN.code();
    var facts = JsonNodeFactory.instance.objectNode().put("code", code);
    write(
        REQUEST,
        facts.put("principal", principal.value()).put("door", door).put("peer", peer),
        places -> places.takeFor(principal, code));
  }

  private void write(String type, ObjectNode inFullFacts, Predicate<FullRecords> place) {
    write(type, () -> inFullFacts, place);
  }

  private void write(String type, Supplier<ObjectNode> inFullFacts, Predicate<FullRecords> place) {
    List<ObjectNode> counts;
    boolean inFull;
    synchronized (this) {
      counts = closeWindow();
      inFull = place.test(full);
    }
    try {
      if (inFull) {
        evidence.event(type, inFullFacts.get());
      }
    } finally {
      write(counts);
    }
  }

  /** Writes counts; those that cannot be written are kept for the next time. */
  private void write(List<ObjectNode> counts) {
    FullRecords.write(counts, facts -> evidence.event(EVENT, facts), this::keep);
  }

  private synchronized void keep(List<ObjectNode> unwritten) {
    var since = Instant.parse(unwritten.getFirst().path(SINCE).asText());
    countedSince = since.isBefore(countedSince) ? since : countedSince;
    full.countAgain(unwritten);
  }

  /**
   * Writes what was counted in a minute that is over, and what could not be written before. To be
   * called about once a minute.
   */
  public void flush() {
    List<ObjectNode> counts;
    synchronized (this) {
      counts = closeWindow();
    }
    write(counts);
  }

  /** Writes what was counted so far, whatever the time. To be called once, at the end. */
  public void close() {
    List<ObjectNode> counts;
    synchronized (this) {
      counts = counts();
    }
    write(counts);
  }

  private List<ObjectNode> closeWindow() {
    var now = clock.instant();
    if (windowStart.equals(Instant.MIN)) {
      windowStart = now;
      countedSince = now;
    }
    if (Duration.between(windowStart, now).abs().compareTo(WINDOW) < 0) {
      return List.of();
    }
    var counts = counts();
    windowStart = now;
    countedSince = now;
    return counts;
  }

  /** What was counted, each with the moment since when; from now on, it is counted anew. */
  private List<ObjectNode> counts() {
    var counts = full.counts();
    counts.forEach(facts -> facts.put(SINCE, countedSince.toString()));
    full = new FullRecords();
    return counts;
  }
}
