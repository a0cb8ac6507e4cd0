package dev.sallyport.mcp.contract;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.sandbox.label.ReaderGroups;
import dev.sallyport.sandbox.label.Readers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes the groups of readers of their resources. */
final class GroupReader {
  private static final int MAX_NAMES = 16;

  private GroupReader() {}

  /** The groups that resources say; what is wrong with them is added to the mistakes. */
  static ReaderGroups groups(ResourceSet all, List<Mistake> mistakes) {
    var byName = new HashMap<String, Readers>();
    var owners = new HashMap<String, String>();
    for (var resource : all.of(Contracts.GROUP_KIND)) {
      try {
        var spec = SpecReader.read(resource, GroupSpec.class);
        var members = members(resource, spec);
        var names = spec.names() == null ? List.of(resource.name()) : spec.names();
        check(resource, names, owners);
        names.forEach(name -> byName.put(key(name), members));
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    return ReaderGroups.of(byName);
  }

  private static Readers members(Resource resource, GroupSpec spec)
      throws InvalidResourcesException {
    try {
      if (spec.members().isEmpty()) {
        throw new IllegalArgumentException("is empty: name who is in it");
      }
      return Readers.of(spec.members());
    } catch (IllegalArgumentException e) {
      throw mistake(resource, "/spec/members", String.valueOf(e.getMessage()));
    }
  }

  private static void check(Resource resource, List<String> names, Map<String, String> owners)
      throws InvalidResourcesException {
    if (names.isEmpty() || names.size() > MAX_NAMES) {
      throw mistake(resource, "/spec/names", "has 1 to %d names".formatted(MAX_NAMES));
    }
    int at = 0;
    for (var name : names) {
      var place = "/spec/names/" + at++;
      if (name.isBlank() || name.length() > Readers.MAX_NAME_CHARS || name.startsWith("@")) {
        throw mistake(
            resource,
            place,
            "a group's name has 1 to %d characters and is no domain: \"%s\""
                .formatted(Readers.MAX_NAME_CHARS, name));
      }
      var other = Optional.ofNullable(owners.putIfAbsent(key(name), resource.name()));
      if (other.isPresent()) {
        throw mistake(resource, place, "is a name of ReaderGroup/" + other.get() + " already");
      }
    }
  }

  private static InvalidResourcesException mistake(
      Resource resource, String place, String problem) {
    var mistakes = new ArrayList<Mistake>();
    mistakes.add(new Mistake(resource.key(), place, problem));
    return new InvalidResourcesException(mistakes);
  }

  private static String key(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
