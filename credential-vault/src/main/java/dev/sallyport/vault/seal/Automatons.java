package dev.sallyport.vault.seal;

import dev.sallyport.vault.redact.Automaton;
import java.util.LinkedHashMap;

/**
 * The tables that find secrets, kept since making one takes far longer than using it. They hold
 * what they find; there are at most {@value #MAX}, and none from before the last change of a
 * credential. Thread-safe.
 */
final class Automatons {
  private static final int MAX = 256;

  private final LinkedHashMap<Key, Automaton> made = new LinkedHashMap<>(16, 0.75f, true);

  Automaton of(Settings settings, String value) {
    var key = new Key(settings.name(), value);
    synchronized (made) {
      var found = made.get(key);
      if (found != null) {
        return found;
      }
    }
    var automaton = Automaton.of(value);
    synchronized (made) {
      made.put(key, automaton);
      if (made.size() > MAX) {
        made.remove(made.firstEntry().getKey());
      }
    }
    return automaton;
  }

  void forgetAll() {
    synchronized (made) {
      made.clear();
    }
  }

  /** A credential in one form. */
  private record Key(String credential, String value) {
    @Override
    public String toString() {
      return credential;
    }
  }
}
