package dev.sallyport.identity.resource;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All resources at one moment, in the order of their kinds and names. Immutable. */
public final class ResourceSet {
  private final Map<String, TreeMap<String, Resource>> byKind = new TreeMap<>();

  public ResourceSet(Collection<Resource> resources) {
    for (var resource : resources) {
      byKind.computeIfAbsent(resource.kind(), _ -> new TreeMap<>()).put(resource.name(), resource);
    }
  }

  /** The resources of one kind, by name. */
  public List<Resource> of(String kind) {
    var found = byKind.get(kind);
    return found == null ? List.of() : List.copyOf(found.values());
  }

  public Optional<Resource> find(String kind, String name) {
    return Optional.ofNullable(byKind.get(kind)).map(named -> named.get(name));
  }
}
