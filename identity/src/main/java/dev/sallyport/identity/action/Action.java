package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One thing that a caller wants done.
 *
 * @param arguments the one parsed form of what the caller sent: decided on, and sent on
 * @param payload the bytes whose digest stands for the arguments in evidence; not copied, so never
 *     changed after this
 * @param credentials those that the action may use
 */
@SuppressWarnings("ArrayRecordComponent") // compared by no one, and copied once less
public record Action(
    Caller caller,
    Target target,
    JsonNode arguments,
    byte[] payload,
    List<CredentialUse> credentials) {
  public Action {
    credentials = List.copyOf(credentials);
  }
}
