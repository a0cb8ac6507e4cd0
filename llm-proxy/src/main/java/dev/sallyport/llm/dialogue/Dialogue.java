package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.spi.ChatRequest;
import java.util.List;
import java.util.Optional;

/**
 * One request of a client, as long as it takes: what the model may see of it, and what the client
 * gets of the calls of tools that the model wants. Where the model asks for something that is done
 * here, it is asked again, and the client gets one answer. For one thread.
 */
public interface Dialogue {
  /**
   * The client's request as the model may see it. What was found out is said in the permit's facts,
   * by counts only.
   *
   * @throws dev.sallyport.identity.action.Refusal if no model may see it
   */
  ChatRequest seen(Permit permit);

  /**
   * Decides on all calls of one whole answer, before any of them goes out.
   *
   * @throws dev.sallyport.identity.action.Refusal if the client gets none of them
   */
  Verdict decide(Permit permit, Said said, List<ProposedCall> calls);

  /**
   * Does what the model asked for that is done here, once the outcome of its answer is durable.
   *
   * @return the next request to the model; empty if the answer was the last
   * @throws dev.sallyport.identity.action.CallCancelledException if it was given up
   */
  Optional<ChatRequest> goOn(Cancellation cancellation);

  /** What the person behind the client may be shown beside an answer, if there is anything. */
  Optional<ObjectNode> beside(String text);

  /**
   * What a model says in words, in its first choice.
   *
   * @param now in this round
   * @param all in all rounds so far, as the client reads it
   */
  record Said(String now, String all) {}

  /**
   * What was decided of the calls of one answer.
   *
   * @param given what the client gets
   * @param last whether the client gets the answer; if not, the model is asked again
   */
  record Verdict(List<ProposedCall> given, boolean last) {
    public Verdict {
      given = List.copyOf(given);
    }
  }
}
