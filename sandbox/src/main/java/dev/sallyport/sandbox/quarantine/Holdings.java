package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException.Reason;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one turn holds in quarantine. Not thread-safe: {@link Quarantine} lets one thread at a time
 * use it.
 */
final class Holdings {
  private static final long TURN_WEIGHT = 512;

  private final String nonce;
  private final QuarantineLimits limits;
  private final Map<Integer, Held> values = new LinkedHashMap<>();
  private final Map<String, Shown> shown = new LinkedHashMap<>();
  private final Map<String, String> answers = new HashMap<>();
  private int lastNumber;
  private long chars;
  private double askedBits;
  private boolean forgotten;

  Holdings(String nonce, QuarantineLimits limits) {
    this.nonce = nonce;
    this.limits = limits;
  }

  /** Takes a value in, and drops the oldest while there is no room. */
  Reference hold(Kind kind, String source, Vocabulary vocabulary, JsonNode value) {
    var reference = new Reference(kind, ++lastNumber, nonce);
    values.put(lastNumber, new Held(reference, source, vocabulary, value));
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

  /** Marks a value to be shown to the person; once is enough. */
  void show(Held held) {
    var token = held.reference().token();
    if (!shown.containsKey(token)) {
      var text = HumanText.sanitise(held.text());
      shown.put(token, new Shown(token, held.source(), text));
      chars += text.length();
    }
  }

  List<Shown> shown() {
    return List.copyOf(shown.values());
  }

  /** Takes bits from what answers may tell, if there are as many left. */
  boolean chargeAsk(double bits) {
    if (askedBits + bits > limits.askBits()) {
      return false;
    }
    askedBits += bits;
    return true;
  }

  Optional<String> answered(String question) {
    return Optional.ofNullable(answers.get(question));
  }

  /** Keeps the first answer to a question, and gives that back. */
  String keepAnswer(String question, String answer) {
    var earlier = answers.putIfAbsent(question, answer);
    return earlier == null ? answer : earlier;
  }

  /** About how many characters of memory all of this takes. */
  long weight() {
    return TURN_WEIGHT + chars;
  }

  boolean forgotten() {
    return forgotten;
  }

  void forget() {
    forgotten = true;
    values.clear();
    shown.clear();
    answers.clear();
    chars = 0;
  }

  @Override
  public String toString() {
    return "Holdings[values=" + values.size() + "]";
  }
}
