package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import java.io.IOException;
import java.util.Optional;

/** The model that a turn talks to, in the form of OpenAI chat completions. */
public interface TurnModel {
  /**
   * Sends one request and gives every chunk of the answer on, in order, on the caller's thread.
   *
   * @param session which conversation the request is of, as far as the caller says
   * @param cancellation by which the call is given up
   * @throws dev.sallyport.identity.action.Refusal if the call does not go on
   * @throws dev.sallyport.identity.action.CallCancelledException if it was given up
   * @throws IOException if the sink cannot take more: the caller has left
   */
  void stream(
      Caller caller,
      ObjectNode chatRequest,
      Optional<String> session,
      Cancellation cancellation,
      ChunkSink sink)
      throws IOException;

  /** Takes the chunks of an answer. */
  @FunctionalInterface
  interface ChunkSink {
    /** Takes a {@code chat.completion.chunk}. */
    void chunk(ObjectNode chunk) throws IOException;
  }
}
