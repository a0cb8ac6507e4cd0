package dev.sallyport.gateway.resource;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceModule.Prepared;
import dev.sallyport.identity.resource.ResourceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All modules that own kinds, as one. A change takes effect in them in the order given here. */
public final class ResourceModules {
  private final List<ResourceModule> modules;
  private final Map<String, ResourceModule> owners = new TreeMap<>();
  private final KindNames kinds;

  public ResourceModules(List<ResourceModule> modules) {
    this.modules = List.copyOf(modules);
    for (var module : modules) {
      for (var kind : module.kinds()) {
        if (owners.put(kind, module) != null) {
          throw new IllegalArgumentException("two modules own the kind " + kind);
        }
      }
    }
    this.kinds = new KindNames(owners.keySet());
  }

  KindNames kinds() {
    return kinds;
  }

  Optional<ResourceModule> owner(String kind) {
    return Optional.ofNullable(owners.get(kind));
  }

  /**
   * Has every module check all resources.
   *
   * @throws InvalidResourcesException with the mistakes of all modules
   */
  Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var prepared = new ArrayList<Prepared>();
    var mistakes = new ArrayList<Mistake>();
    for (var module : modules) {
      try {
        prepared.add(module.prepare(all));
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    return new Prepared() {
      @Override
      public void activate() {
        prepared.forEach(Prepared::activate);
      }

      @Override
      public List<Mistake> doubts() {
        return prepared.stream().flatMap(one -> one.doubts().stream()).toList();
      }
    };
  }

  Mistake unknownKind(Resource.Key key) {
    return new Mistake(key, "/kind", kinds.unknown(key.kind()));
  }
}
