package dev.sallyport.gateway.resource;

import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.util.List;
import java.util.Map;

/**
 * A change that was made, or that would be.
 *
 * @param revision of the whole store after it
 * @param doubts what of the resources that were put is likely not what was meant
 * @param shownOnce by resource, what its author must keep now, such as a key
 */
public record Applied(
    long revision,
    List<Change> changes,
    List<Mistake> doubts,
    Map<Resource.Key, Map<String, String>> shownOnce) {
  public Applied {
    changes = List.copyOf(changes);
    doubts = List.copyOf(doubts);
    shownOnce = Map.copyOf(shownOnce);
  }

  @Override
  public String toString() {
    return "Applied[revision=" + revision + ", changes=" + changes + "]";
  }
}
