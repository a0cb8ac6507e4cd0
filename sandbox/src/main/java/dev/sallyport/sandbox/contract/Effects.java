package dev.sallyport.sandbox.contract;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a call does, and what must have happened in its turn before, by names.
 *
 * @param emits what has happened once it is done
 * @param requires what must have happened
 * @param forbids what must not have happened
 * @param once what must not have happened, so that this is the first time
 */
public record Effects(
    Set<String> emits, Set<String> requires, Set<String> forbids, Set<String> once) {
  /** The effect of a call that takes what is in its arguments out of the house. */
  public static final String EGRESS = "egress";

  /** No effect, and no condition. */
  public static final Effects NONE = new Effects(Set.of(), Set.of(), Set.of(), Set.of());

  private static final int MAX_NAMES = 32;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");

  public Effects {
    emits = checked("emits", emits);
    requires = checked("requires", requires);
    forbids = checked("forbids", forbids);
    once = checked("once", once);
    for (var name : requires) {
      if (forbids.contains(name) || once.contains(name)) {
        throw new IllegalArgumentException(
            "an effect cannot be both required and forbidden: " + name);
      }
    }
  }

  /** Whether a call takes what is in its arguments out of the house. */
  public boolean isEgress() {
    return emits.contains(EGRESS);
  }

  private static Set<String> checked(String member, Set<String> names) {
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "%s: at most %d effects: %d".formatted(member, MAX_NAMES, names.size()));
    }
    for (var name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "%s: the name of an effect is 1 to 64 of a-z 0-9 _ . - and begins with a letter: \"%s\""
                .formatted(member, name));
      }
    }
    return Set.copyOf(names);
  }
}
