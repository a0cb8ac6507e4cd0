package dev.sallyport.identity.grant;

import com.fasterxml.jackson.core.JsonPointer;
import dev.sallyport.identity.action.KeptArguments;
import java.util.Map;
import java.util.Objects;

/** What a tool, a prompt or something to read stands for. Immutable. */
public final class BoundAction implements Meaning {
  private final String resource;
  private final String action;
  private final Map<String, JsonPointer> parameters;
  private final KeptArguments named;

  /**
   * An action on a resource.
   *
   * @param parameters where the arguments stand that have a name for policies
   */
  public BoundAction(String resource, String action, Map<String, JsonPointer> parameters) {
    this.resource = resource;
    this.action = action;
    this.parameters = Map.copyOf(parameters);
    this.named =
        new KeptArguments.Some(
            parameters.values().stream().map(JsonPointer::toString).distinct().sorted().toList());
  }

  /** One of whose arguments none has a name. */
  public BoundAction(String resource, String action) {
    this(resource, action, Map.of());
  }

  public String resource() {
    return resource;
  }

  public String action() {
    return action;
  }

  /** Where the arguments stand that have a name for policies. */
  public Map<String, JsonPointer> parameters() {
    return parameters;
  }

  /** Those arguments, for evidence that holds them alone. */
  KeptArguments named() {
    return named;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BoundAction that
        && resource.equals(that.resource)
        && action.equals(that.action)
        && parameters.equals(that.parameters);
  }

  @Override
  public int hashCode() {
    return Objects.hash(resource, action, parameters);
  }

  @Override
  public String toString() {
    return resource + "/" + action;
  }
}
