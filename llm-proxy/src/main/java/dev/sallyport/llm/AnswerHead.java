package dev.sallyport.llm;

import dev.sallyport.identity.action.CallId;
import java.util.List;
import java.util.Optional;

/**
 * What is told of an answer beside the answer.
 *
 * @param modelAsked the alias asked for
 * @param deployment which one answered; empty while that is not settled
 * @param dropped the parameters of the request that could not be carried
 */
public record AnswerHead(
    CallId callId, String modelAsked, Optional<String> deployment, List<String> dropped) {
  public AnswerHead {
    dropped = List.copyOf(dropped);
  }
}
