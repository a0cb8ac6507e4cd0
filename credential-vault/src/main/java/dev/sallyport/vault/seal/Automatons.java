package dev.sallyport.vault.seal;

import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The tables that find secrets, kept since making one takes far longer than using it. A table can
 * be read back into what it finds: at most {@value #MAX_BYTES} bytes of them are kept beside the
 * one used last, none that was unused for {@link #MAX_UNUSED}, and none from before the last change
 * of a credential. Thread-safe.
 */
final class Automatons {
  static final Duration MAX_UNUSED = Duration.ofMinutes(10);
  static final long MAX_BYTES = 64L * 1024 * 1024;

  private final InstantSource clock;
  private final LinkedHashMap<Key, Made> made = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  Automatons(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * The table for a value.
   *
   * @throws IllegalArgumentException if the value repeats itself too much to be looked for
   */
  Automaton of(String credential, String value) {
    var key = new Key(credential, Sha256.hex(value));
    var now = clock.instant();
    synchronized (made) {
      forgetBefore(now.minus(MAX_UNUSED));
      var found = made.remove(key);
      if (found != null) {
        made.put(key, new Made(found.automaton(), now));
        return found.automaton();
      }
    }
    var automaton = Automaton.of(value);
    synchronized (made) {
      var other = made.put(key, new Made(automaton, now));
      bytes += automaton.bytes() - (other == null ? 0 : other.automaton().bytes());
      while (bytes > MAX_BYTES && made.size() > 1) {
        forgetFirst();
      }
    }
    return automaton;
  }

  /** A redactor for each table that is kept. */
  List<Redactor> redactors() {
    synchronized (made) {
      return made.entrySet().stream()
          .<Redactor>map(
              one -> new SecretRedactor(one.getValue().automaton(), one.getKey().credential()))
          .toList();
    }
  }

  void forgetAll() {
    synchronized (made) {
      made.clear();
      bytes = 0;
    }
  }

  int size() {
    synchronized (made) {
      return made.size();
    }
  }

  private void forgetBefore(Instant moment) {
    while (!made.isEmpty() && made.firstEntry().getValue().usedAt().isBefore(moment)) {
      forgetFirst();
    }
  }

  private void forgetFirst() {
    bytes -= made.pollFirstEntry().getValue().automaton().bytes();
  }

  /** A credential in one form, without the form itself. */
  private record Key(String credential, String digest) {}

  private record Made(Automaton automaton, Instant usedAt) {}
}
