package dev.sallyport.gateway.resource;

import dev.sallyport.identity.resource.Resource;
import java.util.List;
import java.util.Map;

/**
 * A change that was made, or that would be.
 *
 * @param revision of the whole store after it
 * @param shownOnce by resource, what its author must keep now, such as a key
 */
public record Applied(
    long revision, List<Change> changes, Map<Resource.Key, Map<String, String>> shownOnce) {
  public Applied {
    changes = List.copyOf(changes);
    shownOnce = Map.copyOf(shownOnce);
  }

  @Override
  public String toString() {
    return "Applied[revision=" + revision + ", changes=" + changes + "]";
  }
}
