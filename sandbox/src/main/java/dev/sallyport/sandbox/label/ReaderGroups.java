package dev.sallyport.sandbox.label;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who stands behind a name: the members of a distribution list, the people of a client, a role.
 * Names are compared without regard to case. A group that is named as a member of another is not
 * looked into.
 */
public final class ReaderGroups {
  /** None: every name is only itself. */
  public static final ReaderGroups NONE = new ReaderGroups(Map.of());

  private final Map<String, Readers> members;

  private ReaderGroups(Map<String, Readers> members) {
    this.members = members;
  }

  /**
   * Groups by their names.
   *
   * @throws IllegalArgumentException if two names are the same but for their case, or a group does
   *     not say who is in it
   */
  public static ReaderGroups of(Map<String, Readers> byName) {
    var members = new HashMap<String, Readers>();
    byName.forEach((name, group) -> {
      if (group.names().isEmpty()) {
        throw new IllegalArgumentException("nobody is in the group " + name);
      }
      if (members.put(key(name), group) != null) {
        throw new IllegalArgumentException("two groups have the name " + name);
      }
    });
    return new ReaderGroups(Map.copyOf(members));
  }

  private static String key(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether all whom a call reaches are among those who may see a value. A group that is reached is
   * all of its members, whatever its own address is; one that may see a value is each of them.
   */
  public boolean cover(Readers readers, Readers audience) {
    return readers.isEveryone()
        || (!audience.isEveryone()
            && audience.names().stream()
                .allMatch(name ->
                    find(name)
                        .map(group -> group.names().stream().allMatch(one -> sees(readers, one)))
                        .orElseGet(() -> sees(readers, name))));
  }

  private boolean sees(Readers readers, String name) {
    var one = Readers.of(name);
    return readers.covers(one)
        || readers.names().stream()
            .anyMatch(group -> find(group).filter(all -> all.covers(one)).isPresent());
  }

  private Optional<Readers> find(String name) {
    return Optional.ofNullable(members.get(name));
  }

  @Override
  public String toString() {
    return members.keySet().toString();
  }
}
