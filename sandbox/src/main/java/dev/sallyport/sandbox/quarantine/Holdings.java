package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What one turn holds in quarantine. Not thread-safe: {@link Quarantine} lets one thread at a time
 * use it.
 */
final class Holdings {
  /** What a turn takes that holds nothing. */
  static final long TURN_WEIGHT = 512;

  private static final int MAX_ANSWERS = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final String nonce;
  private final QuarantineLimits limits;
  private final AskBudget askBudget;
  private final ShownTexts shown;
  private final InstantSource clock;
  private final TurnTrust trust;
  private final HeldValues values = new HeldValues();
  private final LinkedHashMap<String, String> answers = new LinkedHashMap<>();
  private final TurnMemory memory = new TurnMemory();
  private long chars;
  private boolean forgotten;
  private volatile long settled;

  Holdings(String nonce, QuarantineLimits limits, InstantSource clock, TurnTrust trust) {
    this.nonce = nonce;
    this.clock = clock;
    this.trust = trust;
    this.limits = limits;
    this.askBudget = new AskBudget(limits.askBits(), limits.askRefill(), clock);
    this.shown = new ShownTexts(limits, clock);
  }

  /** Does something with it; nobody else does meanwhile. */
  <T> T alone(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a value in, and drops the oldest while there is no room. */
  Reference hold(Kind kind, Intake intake, LookBudget looks, Standing standing, JsonNode value) {
    return hold(kind, intake, looks, standing, value, new Weights());
  }

  /**
   * The same.
   *
   * @param weights which may know the weight of the value
   */
  Reference hold(
      Kind kind,
      Intake intake,
      LookBudget looks,
      Standing standing,
      JsonNode value,
      Weights weights) {
    var reference = new Reference(kind, values.next(), nonce);
    keep(new Held(reference, intake, looks, standing, value, weights.of(value)));
    return reference;
  }

  /** Takes a copy of a value in that a person has endorsed, for so long. */
  Held endorse(Held held, Duration life) {
    var copy =
        new Held(
            new Reference(held.reference().kind(), values.next(), nonce),
            held.intake(),
            held.looks(),
            held.standing(),
            held.value(),
            held.weight(),
            Optional.of(Endorsement.of(held, clock.instant().plus(life))));
    keep(copy);
    return copy;
  }

  private void keep(Held held) {
    values.add(held);
    chars += held.weight();
    while (values.size() > limits.maxTurnValues() || chars > limits.maxTurnChars()) {
      chars -= values.removeOldest().weight();
    }
  }

  /** Joins a label to that of a held value, which came once more from elsewhere. */
  void join(Reference reference, Label label) {
    values
        .find(reference.number())
        .filter(held -> !held.label().isAtMost(label))
        .ifPresent(held -> values.replace(held.joined(label)));
  }

  /**
   * The value of a reference.
   *
   * @throws UnknownReferenceException if this turn does not hold it
   */
  Held find(Reference reference) {
    var held = values.find(reference.number());
    if (held.isEmpty() || !held.get().reference().equals(reference)) {
      var given = reference.nonce().equals(nonce) && reference.number() < values.next();
      throw new UnknownReferenceException(
          given && held.isEmpty() ? Reason.DROPPED : Reason.UNKNOWN);
    }
    if (!held.get().holds(clock.instant())) {
      throw new UnknownReferenceException(Reason.EXPIRED);
    }
    return held.get();
  }

  /** What the turn is trusted with. */
  TurnTrust trust() {
    return trust;
  }

  /** When it is. */
  Instant now() {
    return clock.instant();
  }

  /** Marks a value to be shown to the person. False if there is no room. */
  boolean show(Held held) {
    return shown.add(held);
  }

  /** What is remembered of what went between the model and its client. */
  TurnMemory memory() {
    return memory;
  }

  List<Shown> shown() {
    return shown.all();
  }

  /** Takes bits from what answers may tell, if there are as many left. */
  boolean chargeAsk(double bits) {
    return askBudget.charge(bits);
  }

  /** What was answered before. It is forgotten once a reference in it is not held any more. */
  Optional<String> answered(String question) {
    var known = Optional.ofNullable(answers.get(question));
    if (known.isPresent() && !holdsAll(known.get())) {
      answers.remove(question);
      return Optional.empty();
    }
    return known;
  }

  private boolean holdsAll(String answer) {
    return Reference.EXACT
        .matcher(answer)
        .results()
        .allMatch(found -> values.find(Integer.parseInt(found.group(2))).isPresent());
  }

  /** Keeps the first answer to a question, and gives that back. */
  String keepAnswer(String question, String answer) {
    var earlier = answers.putIfAbsent(question, answer);
    if (answers.size() > MAX_ANSWERS) {
      answers.pollFirstEntry();
    }
    return earlier == null ? answer : earlier;
  }

  /**
   * Counts about how many characters of memory all of this takes.
   *
   * @return how many more than when it was counted before
   */
  long settle() {
    var before = settled;
    settled = forgotten ? 0 : TURN_WEIGHT + chars + shown.chars() + memory.chars() + trust.weight();
    return settled - before;
  }

  /** What was counted last. Any thread may ask. */
  long settled() {
    return settled;
  }

  /** Drops what is held. What was told stays told: budgets are not made new. */
  void empty() {
    values.clear();
    shown.clear();
    answers.clear();
    memory.clear();
    trust.empty();
    chars = 0;
  }

  boolean forgotten() {
    return forgotten;
  }

  void forget() {
    forgotten = true;
    empty();
  }

  @Override
  public String toString() {
    return "Holdings[values=" + values.size() + "]";
  }
}
