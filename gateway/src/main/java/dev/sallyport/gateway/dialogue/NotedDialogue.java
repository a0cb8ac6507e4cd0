package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.dialogue.Dialogue;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.llm.spi.ChatRequest;
import java.util.List;
import java.util.Optional;

/**
 * One request of a client whose own tools are trusted, but which may call Sallyport's only as a
 * model has proposed it: that is noted, and all goes on as it is. For one thread.
 */
record NotedDialogue(Caller caller, ChatRequest request, HeldDialogues parts) implements Dialogue {
  @Override
  public ChatRequest seen(Permit permit) {
    return request;
  }

  @Override
  public Verdict decide(Permit permit, Said said, List<ProposedCall> calls) {
    if (!calls.isEmpty()) {
      var names = BrokerNames.of(caller, parts.ports().tools());
      calls.forEach(call -> names.propose(caller, call, parts.ports().tools()));
    }
    return new Verdict(calls, true);
  }

  @Override
  public Optional<ChatRequest> goOn(Cancellation cancellation) {
    return Optional.empty();
  }

  @Override
  public Optional<ObjectNode> beside(String text) {
    return Optional.empty();
  }
}
