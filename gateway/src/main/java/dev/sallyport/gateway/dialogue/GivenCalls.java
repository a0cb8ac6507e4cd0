package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Flow;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.sandbox.quarantine.ClientHistory;
import dev.sallyport.sandbox.quarantine.ClientHistory.CallName;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.Resolved;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the calls that a model wants into those that its client gets: what the arguments refer to
 * is put in for the client's own tools, once the gate has let it; the tools of Sallyport take
 * references as they are. Thread-safe.
 */
final class GivenCalls {
  private static final ObjectReader JSON =
      WireJson.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Quarantine quarantine;
  private final ClientHistory history;
  private final HeldDialogues.Ports ports;

  GivenCalls(Quarantine quarantine, HeldDialogues.Ports ports) {
    this.quarantine = quarantine;
    this.history = new ClientHistory(quarantine);
    this.ports = ports;
  }

  /**
   * All calls of one answer, or none of them.
   *
   * @param tools the client's own
   * @throws Refusal if one of them may not be given
   */
  Given give(Caller caller, List<ProposedCall> calls, RequestedTools tools) {
    if (calls.isEmpty()) {
      return new Given(calls, 0);
    }
    var brokers = BrokerNames.of(caller, ports.tools());
    var given = new ArrayList<ProposedCall>();
    int used = 0;
    for (var call : calls) {
      boolean own = tools.have(call.name()) && !brokers.have(call.name());
      var put = own ? filled(caller, call) : new Filled(call, 0);
      given.add(put.call);
      used += put.references;
    }
    for (int i = 0; i < calls.size(); i++) {
      note(caller, calls.get(i), given.get(i).arguments(), brokers);
    }
    return new Given(given, used);
  }

  /** What is given has happened from now on. */
  private void note(Caller caller, ProposedCall written, String given, BrokerNames brokers) {
    var turn = caller.turn().id().value();
    var name = new CallName(written.id(), written.name());
    history.gaveCall(turn, name, given, written.tree().toString());
    if (brokers.have(written.name())) {
      brokers.propose(caller, written, ports.tools());
    } else {
      ports.contracts().pass(caller, written.name());
    }
  }

  private Filled filled(Caller caller, ProposedCall call) {
    var arguments = call.isCustom() ? Optional.<JsonNode>empty() : parsed(call.arguments());
    var tree = arguments.orElseGet(() -> JsonNodeFactory.instance.textNode(call.arguments()));
    var resolved = resolve(caller.turn().id().value(), tree);
    int references = resolved.used().size();
    if (references > 0 && arguments.isEmpty() && !call.isCustom()) {
      throw new Refusal(
          RefusalCode.INVALID_ARGUMENTS,
          "The model wrote arguments that are not JSON and hold a reference. Ask it again.");
    }
    judge(caller, call.name(), tree);
    if (references == 0) {
      return new Filled(call, 0);
    }
    var text = resolved.arguments();
    var put = arguments.isPresent() ? text.toString() : text.textValue();
    return new Filled(call.with(put), references);
  }

  /**
   * Nobody can be asked to approve what is done elsewhere, so whatever would be held is refused.
   */
  private void judge(Caller caller, String tool, JsonNode tree) {
    var arguments =
        tree instanceof ObjectNode object
            ? object
            : JsonNodeFactory.instance.objectNode().<ObjectNode>set("input", tree);
    switch (ports.contracts().judge(caller, tool, arguments)) {
      case Flow.Free() -> {}
      case Flow.Held(_, var remedies) ->
          throw new Refusal(RefusalCode.FLOW_REFUSED).remedies(remedies);
      case Flow.Stopped(_, _, var remedies) ->
          throw new Refusal(RefusalCode.FLOW_REFUSED).remedies(remedies);
    }
  }

  private Resolved resolve(String turn, JsonNode arguments) {
    try {
      return quarantine.resolve(turn, arguments);
    } catch (UnknownReferenceException e) {
      throw new Refusal(
          RefusalCode.UNKNOWN_REFERENCE,
          switch (e.reason()) {
            case UNKNOWN, MALFORMED ->
                "The model called a tool with a reference that this turn does not hold. Name the"
                    + " turn that gave it, or ask the model again.";
            case DROPPED ->
                "The value of a reference was dropped to make room. Have the tool called again"
                    + " that gave it.";
            case EXPIRED ->
                "The release of a reference is over. Ask the model again; it can ask for a"
                    + " release.";
            case IN_NAME -> "A reference may stand in a value, not in a name. Ask the model again.";
            case TOO_LARGE -> "The arguments are too large with what their references stand for.";
          });
    }
  }

  private static Optional<JsonNode> parsed(String arguments) {
    try {
      JsonNode tree = JSON.readTree(arguments);
      return Optional.ofNullable(tree).filter(node -> !node.isMissingNode());
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  /**
   * What the client gets.
   *
   * @param references how many references held text was put in for
   */
  record Given(List<ProposedCall> calls, int references) {
    Given {
      calls = List.copyOf(calls);
    }
  }

  private record Filled(ProposedCall call, int references) {}
}
