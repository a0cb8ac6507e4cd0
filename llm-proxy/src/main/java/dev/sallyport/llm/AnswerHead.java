package dev.sallyport.llm;

import dev.sallyport.identity.action.CallId;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What is told of an answer beside the answer.
 *
 * @param modelAsked what the caller called the model
 * @param modelServed which model answered; empty while that is not settled
 * @param deployment which one answered; empty while that is not settled
 * @param dropped the parameters of the request that could not be carried
 * @param costUsd what it cost, exactly; empty where that is not known, or not yet
 */
public record AnswerHead(
    CallId callId,
    String modelAsked,
    Optional<String> modelServed,
    Optional<String> deployment,
    List<String> dropped,
    Optional<BigDecimal> costUsd) {
  public AnswerHead {
    dropped = List.copyOf(dropped);
  }

  /** Of an answer of which it is not known yet what it costs. */
  AnswerHead(
      CallId callId,
      String modelAsked,
      Optional<String> modelServed,
      Optional<String> deployment,
      List<String> dropped) {
    this(callId, modelAsked, modelServed, deployment, dropped, Optional.empty());
  }

  /** The same, of an answer that cost so much. */
  AnswerHead costing(Optional<BigDecimal> usd) {
    return new AnswerHead(callId, modelAsked, modelServed, deployment, dropped, usd);
  }
}
