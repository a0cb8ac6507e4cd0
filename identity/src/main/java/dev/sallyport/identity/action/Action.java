package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * One thing that a caller wants done.
 *
 * @param arguments the one parsed form of what the caller sent: decided on, and sent on; a missing
 *     node where they are not known any more, so that no condition on them can be met
 * @param payload the bytes whose digest stands for the arguments in evidence; not copied, so never
 *     changed after this
 * @param credentials those that the action may use
 * @param pin digest of the definition under which the target is called, where it has one
 * @param flow looks at what the action carries, where it carries anything with a label
 */
@SuppressWarnings("ArrayRecordComponent") // compared by no one, and copied once less
public record Action(
    Caller caller,
    Target target,
    JsonNode arguments,
    byte[] payload,
    List<CredentialUse> credentials,
    Optional<String> pin,
    Flow.Check flow) {
  public Action {
    credentials = List.copyOf(credentials);
  }

  /** An action that carries nothing with a label. */
  public Action(
      Caller caller,
      Target target,
      JsonNode arguments,
      byte[] payload,
      List<CredentialUse> credentials,
      Optional<String> pin) {
    this(caller, target, arguments, payload, credentials, pin, Flow.Check.NONE);
  }

  /** An action on what has no definition. */
  public Action(
      Caller caller,
      Target target,
      JsonNode arguments,
      byte[] payload,
      List<CredentialUse> credentials) {
    this(caller, target, arguments, payload, credentials, Optional.empty());
  }
}
