package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Approvals.Answer.Waiting;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two tools of a server {@code crm}: one that answers, and one that is refused. */
final class RecordingTurnTools implements TurnTools {
  final List<String> calls = new ArrayList<>();
  final List<String> proposed = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  private Optional<Hanging> hanging = Optional.empty();
  private Optional<Waiting> waiting = Optional.empty();
  private boolean recording = true;

  /** From now on, calls wait for this approval, or for none. */
  void await(Optional<Waiting> approval) {
    waiting = approval;
  }

  /** From now on, nothing can be put on record. */
  void withoutEvidence() {
    recording = false;
  }

  /** From now on, tools do not answer until they are given up. */
  void hang(Hanging how) {
    hanging = Optional.of(how);
  }

  @Override
  public List<ObjectNode> list(Caller caller, Optional<String> server) {
    if (server.isPresent() && !server.get().equals("crm")) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
    var prefix = server.isPresent() ? "" : "crm__";
    return List.of(tool(prefix + "query"), tool(prefix + "export"), tool("q_get"));
  }

  private static ObjectNode tool(String name) {
    var tool = JsonNodeFactory.instance.objectNode().put("name", name).put("description", "d");
    tool.putObject("inputSchema").put("type", "object");
    return tool;
  }

  @Override
  public void proposed(Caller caller, Wanted wanted, ObjectNode arguments) {
    proposed.add(named(wanted) + " " + arguments);
  }

  @Override
  public ToolOutput call(
      Caller caller, Wanted wanted, ObjectNode arguments, Cancellation cancellation) {
    calls.add(named(wanted) + " " + arguments);
    if (wanted.tool().endsWith("export")) {
      throw new Refusal(RefusalCode.UNKNOWN_TOOL);
    }
    if (waiting.isPresent()) {
      throw Refusal.awaiting(waiting.get());
    }
    if (hanging.isPresent()) {
      hanging.get().until(cancellation);
    }
    return new ToolOutput("{\"ref\":\"{{txt#1.n7}}\"}", false);
  }

  @Override
  public Refusal refuse(Caller caller, Wanted wanted, String arguments, Refusal refusal) {
    if (!recording) {
      return new Refusal(RefusalCode.EVIDENCE_UNAVAILABLE);
    }
    refused.add(refusal.code().code() + " " + named(wanted) + " " + arguments);
    return refusal;
  }

  private static String named(Wanted wanted) {
    return wanted.server().orElse("*") + " " + wanted.tool();
  }
}
