package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Arguments in which held text stands in the place of references.
 *
 * @param used the references that were replaced, each once, in the order of their first place
 */
public record Resolved(JsonNode arguments, List<String> used) {
  public Resolved {
    used = List.copyOf(used);
  }

  @Override
  public String toString() {
    return "Resolved[used=" + used.size() + "]";
  }
}
