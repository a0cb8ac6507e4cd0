package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.ChatAssembler.Call;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls of one answer that its client has to run: all of them or none.
 *
 * @param refused what the model is told instead, if the client gets none
 */
record HandedBack(Map<Call, Call> calls, Optional<String> refused) {
  HandedBack {
    calls = Map.copyOf(calls);
  }

  static HandedBack of(
      TurnClient client, Caller caller, List<ObjectNode> functions, List<Call> calls) {
    if (calls.isEmpty()) {
      return new HandedBack(Map.of(), Optional.empty());
    }
    try {
      var trees = client.give(caller, functions, calls.stream().map(Call::tree).toList());
      var given = new HashMap<Call, Call>();
      for (int i = 0; i < calls.size(); i++) {
        var call = calls.get(i);
        var arguments = trees.get(i).at("/function/arguments").asText();
        given.put(call, new Call(call.id(), call.name(), arguments));
      }
      return new HandedBack(given, Optional.empty());
    } catch (Refusal refusal) {
      return new HandedBack(Map.of(), Optional.of(RefusalText.of(refusal)));
    }
  }

  /** The call as the client gets it. */
  Call given(Call call) {
    return calls.getOrDefault(call, call);
  }
}
