package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Readers;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one turn is trusted with: what its person wrote, what it was told and has read, what has
 * happened in it. Not thread-safe.
 */
final class TurnTrust {
  private final InstantSource clock;
  private final TrustedTexts texts = new TrustedTexts();
  private final Releases releases = new Releases();
  private final Set<String> effects = new HashSet<>();

  /** Set last where it changes, so that any thread may look whose it is. */
  private volatile OwnerTrust owner;

  private OwnerTrust.Inherited inherited;
  private Label kept = Label.CLEAN;
  private Label own = Label.CLEAN;

  /** Of a new turn. */
  TurnTrust(OwnerTrust owner, boolean clean, InstantSource clock) {
    this.owner = owner;
    this.clock = clock;
    this.inherited = inherited(owner, clean);
  }

  /** Whether it belongs to that owner by now. Any thread may ask. */
  boolean isOf(OwnerTrust other) {
    return owner == other;
  }

  /** Says whose it is. The first word on that decides what it inherits. */
  void belongTo(OwnerTrust other, boolean clean) {
    if (!other.owner().equals(owner.owner())) {
      var before = label();
      inherited = inherited(other, clean);
      kept = before;
      own = Label.CLEAN;
      if (!before.equals(Label.CLEAN)) {
        other.add(before, clock.instant());
      }
    }
    owner = other;
  }

  private OwnerTrust.Inherited inherited(OwnerTrust from, boolean clean) {
    return clean ? OwnerTrust.Inherited.nothing() : from.inherited(clock.instant());
  }

  /** Goes on where its owner's other turns end: has what they were told within the last hour. */
  void inherit() {
    var all = owner.inherited(clock.instant());
    if (all.period() != inherited.period()) {
      kept = label();
    }
    own = Label.CLEAN; // the owner's label has it, or what is kept
    inherited = all;
  }

  /** The label of all that it was told, has read and inherited. */
  Label label() {
    return kept.join(inherited.label()).join(own);
  }

  /** Lowers it to what it has read. */
  void read(Label label) {
    own = own.join(label);
    owner.add(label, clock.instant());
  }

  /** Lowers it to what it has read, and remembers the words of that. */
  void read(Label label, JsonNode content) {
    read(label);
    var open = new ArrayDeque<JsonNode>();
    open.push(content);
    while (!open.isEmpty()) {
      var node = open.pop();
      if (node.isTextual() || node.isNumber()) {
        release(Told.of(node.asText(), label, true));
        Words.parts(node.asText()).forEach(part -> release(Told.of(part, label, true)));
      }
      node.fieldNames().forEachRemaining(name -> release(Told.of(name, label, true)));
      node.forEach(open::push);
    }
  }

  /**
   * Counts what it was told. Nobody read a character, so its authority stays. Values that were told
   * are known to the model, which may say them in other words, so fewer may read what it writes.
   *
   * @param of the label of what was looked at
   */
  void told(Label of, int bits, List<Told> values) {
    var readers = Readers.EVERYONE;
    for (var told : values) {
      readers = readers.and(told.label().readers());
    }
    read(new Label(of.writers(), Authority.USER, readers, bits));
    values.forEach(this::release);
  }

  private void release(Told told) {
    releases.add(told, clock.instant());
    owner.release(told, clock.instant());
  }

  /** What was told here, or to those that it inherits from, of which a text was made. */
  Optional<Releases.Match> released(String text) {
    var now = clock.instant();
    var here = releases.find(text, now);
    var before = inherited.releases().find(text, now);
    return here.map(match -> before.map(match::join).orElse(match)).or(() -> before);
  }

  TrustedTexts texts() {
    return texts;
  }

  void happened(Set<String> names) {
    effects.addAll(names);
  }

  Set<String> effects() {
    return Set.copyOf(effects);
  }

  /** About how many characters of memory it takes, beyond what stays in any case. */
  long weight() {
    return texts.weight() + releases.weight();
  }

  /** Drops what takes room. That makes nothing more trusted. */
  void empty() {
    texts.clear();
    releases.collapse(clock.instant());
  }

  @Override
  public String toString() {
    return "TurnTrust[" + label().authority() + "]";
  }
}
