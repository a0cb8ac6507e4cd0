package dev.sallyport.gateway.resource;

import dev.sallyport.identity.resource.Resource;
import java.util.List;
import java.util.Locale;

/**
 * What a change does to one resource.
 *
 * @param version the resource's version after it
 * @param diff a line for each value that differs; empty if none does
 */
public record Change(Resource.Key resource, Effect effect, long version, List<String> diff) {
  public Change {
    diff = List.copyOf(diff);
  }

  /** What becomes of the resource. */
  public enum Effect {
    CREATED,
    UPDATED,
    UNCHANGED,
    DELETED;

    /** The name in answers and evidence. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
