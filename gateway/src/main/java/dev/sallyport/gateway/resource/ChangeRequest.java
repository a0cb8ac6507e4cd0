package dev.sallyport.gateway.resource;

import dev.sallyport.identity.resource.Resource;
import java.util.List;
import java.util.Map;

/**
 * A change that an administrator asks for: all of it happens, or nothing.
 *
 * @param put what is to be as given
 * @param delete what is to be no more
 * @param expected the versions that must stand when it happens; 0 stands for "is not there"
 * @param dryRun whether it is only to be checked
 */
public record ChangeRequest(
    List<Resource> put,
    List<Resource.Key> delete,
    Map<Resource.Key, Long> expected,
    boolean dryRun) {
  public ChangeRequest {
    put = List.copyOf(put);
    delete = List.copyOf(delete);
    expected = Map.copyOf(expected);
  }

  /** A request to make these resources as given. */
  public static ChangeRequest put(List<Resource> resources) {
    return new ChangeRequest(resources, List.of(), Map.of(), false);
  }

  /** A request to remove one resource. */
  public static ChangeRequest delete(Resource.Key resource) {
    return new ChangeRequest(List.of(), List.of(resource), Map.of(), false);
  }

  /** The same request, to be checked only. */
  public ChangeRequest asDryRun() {
    return new ChangeRequest(put, delete, expected, true);
  }

  /** The same request, to be refused unless the resource stands at this version. */
  public ChangeRequest expecting(Resource.Key resource, long version) {
    return new ChangeRequest(put, delete, Map.of(resource, version), dryRun);
  }

  String verb() {
    if (dryRun) {
      return "dry-run";
    }
    return put.isEmpty() ? "delete" : "apply";
  }
}
