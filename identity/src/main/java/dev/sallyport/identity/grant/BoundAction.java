package dev.sallyport.identity.grant;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Map;

/**
 * What a tool, a prompt or something to read stands for.
 *
 * @param parameters where the arguments stand that have a name for policies
 */
public record BoundAction(String resource, String action, Map<String, JsonPointer> parameters)
    implements Meaning {
  public BoundAction {
    parameters = Map.copyOf(parameters);
  }

  /** One of whose arguments none has a name. */
  public BoundAction(String resource, String action) {
    this(resource, action, Map.of());
  }
}
