package dev.sallyport.sandbox.label;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who may see a value: everyone, or those that are named.
 *
 * <p>A name is an address such as {@code a@b.example}, a domain such as {@code @corp.example},
 * which stands for every address in it and in no domain below it, or any other word. Names are
 * compared without regard to case. A name that another of the same set covers is left out.
 */
public final class Readers {
  /** The most names. */
  public static final int MAX_NAMES = 256;

  /** The most characters of a name. */
  public static final int MAX_NAME_CHARS = 320;

  /** Everyone. */
  public static final Readers EVERYONE = new Readers(true, Set.of());

  /** Nobody. */
  public static final Readers NOBODY = new Readers(false, Set.of());

  private final boolean everyone;
  private final Set<String> names;

  private Readers(boolean everyone, Set<String> names) {
    this.everyone = everyone;
    this.names = Set.copyOf(names);
  }

  /**
   * Those of these names, and nobody else.
   *
   * @throws IllegalArgumentException if there are over {@value #MAX_NAMES}, or one is blank or has
   *     over {@value #MAX_NAME_CHARS} characters
   */
  public static Readers of(Collection<String> names) {
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "readers are at most %d names: %d".formatted(MAX_NAMES, names.size()));
    }
    var all = new TreeSet<String>();
    for (var name : names) {
      if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
        throw new IllegalArgumentException(
            "a reader's name has 1 to %d characters: \"%s\"".formatted(MAX_NAME_CHARS, name));
      }
      all.add(name.strip().toLowerCase(Locale.ROOT));
    }
    return new Readers(false, withoutCovered(all));
  }

  /** Those of these names, and nobody else. */
  public static Readers of(String... names) {
    return of(Set.of(names));
  }

  /** Whether anybody may see it. */
  public boolean isEveryone() {
    return everyone;
  }

  /** The names, in lower case; empty if everyone is. */
  public Set<String> names() {
    return names;
  }

  /** Whether all of these may see what those may see that are the audience. */
  public boolean covers(Readers audience) {
    return everyone || (!audience.everyone && audience.names.stream().allMatch(this::covers));
  }

  /** Those who are among both; where they are too many to name, not all of those. */
  public Readers and(Readers other) {
    if (everyone) {
      return other;
    }
    if (other.everyone) {
      return this;
    }
    var both = new TreeSet<String>();
    names.stream().filter(other::covers).forEach(both::add);
    other.names.stream().filter(this::covers).forEach(both::add);
    return new Readers(
        false, withoutCovered(both).stream().sorted().limit(MAX_NAMES).collect(Collectors.toSet()));
  }

  private boolean covers(String name) {
    return everyone || names.contains(name) || names.contains(domain(name));
  }

  private static Set<String> withoutCovered(Set<String> names) {
    return names.stream()
        .filter(name -> domain(name).equals(name) || !names.contains(domain(name)))
        .collect(Collectors.toSet());
  }

  /** The domain of an address, with its {@code @}; the name itself if it is no address. */
  private static String domain(String name) {
    var at = name.indexOf('@');
    return at > 0 && at == name.lastIndexOf('@') ? name.substring(at) : name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Readers readers
        && everyone == readers.everyone
        && names.equals(readers.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode() + (everyone ? 1 : 0);
  }

  @Override
  public String toString() {
    return everyone ? "everyone" : new TreeSet<>(names).toString();
  }
}
