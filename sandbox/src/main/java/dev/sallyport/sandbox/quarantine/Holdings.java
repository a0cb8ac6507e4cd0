package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException.Reason;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one turn holds in quarantine. Not thread-safe: {@link Quarantine} lets one thread at a time
 * use it.
 */
final class Holdings {
  /** What a turn takes that holds nothing. */
  static final long TURN_WEIGHT = 512;

  private static final int MAX_ANSWERS = 256;

  private final String nonce;
  private final QuarantineLimits limits;
  private final AskBudget askBudget;
  private final ShownTexts shown;
  private final Map<Integer, Held> values = new LinkedHashMap<>();
  private final LinkedHashMap<String, String> answers = new LinkedHashMap<>();
  private int lastNumber;
  private long chars;
  private boolean forgotten;
  private volatile long settled;

  Holdings(String nonce, QuarantineLimits limits, InstantSource clock) {
    this.nonce = nonce;
    this.limits = limits;
    this.askBudget = new AskBudget(limits.askBits(), limits.askRefill(), clock);
    this.shown = new ShownTexts(limits, clock);
  }

  /** Takes a value in, and drops the oldest while there is no room. */
  Reference hold(
      Kind kind, String source, Vocabulary vocabulary, LookBudget looks, JsonNode value) {
    var reference = new Reference(kind, ++lastNumber, nonce);
    values.put(lastNumber, new Held(reference, source, vocabulary, looks, value));
    chars += Content.weight(value);
    var oldest = values.values().iterator();
    while (oldest.hasNext()
        && (values.size() > limits.maxTurnValues() || chars > limits.maxTurnChars())) {
      chars -= Content.weight(oldest.next().value());
      oldest.remove();
    }
    return reference;
  }

  /**
   * The value of a reference.
   *
   * @throws UnknownReferenceException if this turn does not hold it
   */
  Held find(Reference reference) {
    var held = values.get(reference.number());
    if (held != null && held.reference().equals(reference)) {
      return held;
    }
    var given = reference.nonce().equals(nonce) && reference.number() <= lastNumber;
    throw new UnknownReferenceException(given && held == null ? Reason.DROPPED : Reason.UNKNOWN);
  }

  /** Marks a value to be shown to the person. False if there is no room. */
  boolean show(Held held) {
    return shown.add(held);
  }

  List<Shown> shown() {
    return shown.all();
  }

  /** Takes bits from what answers may tell, if there are as many left. */
  boolean chargeAsk(double bits) {
    return askBudget.charge(bits);
  }

  Optional<String> answered(String question) {
    return Optional.ofNullable(answers.get(question));
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
    settled = forgotten ? 0 : TURN_WEIGHT + chars + shown.chars();
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
