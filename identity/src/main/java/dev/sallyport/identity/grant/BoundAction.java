package dev.sallyport.identity.grant;

import com.fasterxml.jackson.core.JsonPointer;
import dev.sallyport.identity.action.KeptArguments;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a tool, a prompt or something to read stands for. Immutable. */
public final class BoundAction implements Meaning {
  private static final KeptArguments NONE_NAMED = new KeptArguments.Some(List.of());

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
    this(
        resource,
        action,
        Map.copyOf(parameters),
        new KeptArguments.Some(
            parameters.values().stream().map(JsonPointer::toString).distinct().sorted().toList()));
  }

  /** One of whose arguments none has a name. */
  public BoundAction(String resource, String action) {
    this(resource, action, Map.of(), NONE_NAMED);
  }

  private BoundAction(
      String resource, String action, Map<String, JsonPointer> parameters, KeptArguments named) {
    this.resource = resource;
    this.action = action;
    this.parameters = parameters;
    this.named = named;
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
