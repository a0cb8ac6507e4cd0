package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnClient;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.sandbox.quarantine.ClientHistory.CallName;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.util.List;

/**
 * Quarantines what a client's own tools gave where it hands over a whole turn, as {@link
 * HeldDialogues} does where it asks for one answer. Thread-safe.
 */
public final class HeldTurnClient implements TurnClient {
  private static final String TEXTS = "client.texts";
  private static final String CALLS = "client.calls";

  private final HeldDialogues parts;
  private final Evidence evidence;

  /**
   * A client's side of turns.
   *
   * @param parts what both ways share
   */
  public HeldTurnClient(HeldDialogues parts, Evidence evidence) {
    this.parts = parts;
    this.evidence = evidence;
  }

  @Override
  public List<ObjectNode> seen(
      Caller caller, List<ObjectNode> messages, List<ObjectNode> functions) {
    if (!parts.areHeld(caller, messages, functions)) {
      return messages;
    }
    parts.begin(caller);
    var reader = new SeenMessages(parts, caller, RequestedTools.of(List.of(array(functions))));
    var seen = HeldDialogue.guided(reader.of(messages));
    record(TEXTS, caller, reader.facts());
    return seen;
  }

  @Override
  public List<ObjectNode> operations(Caller caller) {
    return parts.isStrict(caller) ? QuarantineTools.definitions() : List.of();
  }

  @Override
  public List<ObjectNode> give(Caller caller, List<ObjectNode> functions, List<ObjectNode> calls) {
    if (!parts.isStrict(caller)) {
      return calls;
    }
    var tools = RequestedTools.of(List.of(array(functions)));
    var proposed = calls.stream().map(call -> new ProposedCall(0, call)).toList();
    var given = parts.given().give(caller, proposed, tools);
    var facts = JsonNodeFactory.instance.objectNode().put("calls_given", calls.size());
    record(CALLS, caller, facts.put("references_used", given.references()));
    return given.calls().stream().map(ProposedCall::tree).toList();
  }

  @Override
  public void told(Caller caller, ObjectNode call, String output) {
    if (parts.isStrict(caller)) {
      var turn = caller.turn().id().value();
      var made = new ProposedCall(0, call);
      var name = new CallName(made.id(), made.name());
      parts.history().gaveCall(turn, name, made.arguments(), call.toString());
      parts.history().gave(turn, output);
    }
  }

  private static ArrayNode array(List<ObjectNode> items) {
    return JsonNodeFactory.instance.arrayNode().addAll(items);
  }

  /** There is no model call yet, or none any more, whose record could say it. */
  private void record(String type, Caller caller, ObjectNode facts) {
    if (!facts.isEmpty()) {
      facts.put("principal", caller.principal().id().value());
      caller.principal().owner().user().ifPresent(user -> facts.put("on_behalf_of", user.value()));
      facts.put("turn", caller.turn().id().value());
      facts.put("door", caller.door().label());
      evidence.event(type, facts);
    }
  }
}
