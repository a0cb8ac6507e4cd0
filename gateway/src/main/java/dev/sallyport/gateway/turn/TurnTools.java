package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import java.util.List;
import java.util.Optional;

/** The tools that a turn may use, in the form of MCP. */
public interface TurnTools {
  /**
   * The definitions of the tools that the caller has.
   *
   * @param server one server, whose tools then have their own names; without one, all of them as
   *     {@code {server}__{tool}}
   * @throws dev.sallyport.identity.action.Refusal with UNKNOWN_SERVER if the caller has no such
   *     server
   */
  List<ObjectNode> list(Caller caller, Optional<String> server);

  /**
   * Calls a tool by a name that {@link #list} gave for the same server.
   *
   * @param cancellation by which the call is given up
   * @throws Refusal if the call does not go on
   * @throws dev.sallyport.identity.action.CallCancelledException if it was given up
   */
  ToolOutput call(Caller caller, Wanted wanted, ObjectNode arguments, Cancellation cancellation);

  /** Says that a model has proposed a call, before it is made. */
  void proposed(Caller caller, Wanted wanted, ObjectNode arguments);

  /**
   * Puts on record that a call does not go on, whatever the caller may do besides: a tool that was
   * not offered is unknown to this turn, and arguments that are not one object are no arguments.
   *
   * @param arguments as the model wrote them
   * @param refusal why
   * @return what the model is told
   */
  Refusal refuse(Caller caller, Wanted wanted, String arguments, Refusal refusal);

  /**
   * A tool, by the name that it has in the list of a server.
   *
   * @param server as in {@link #list}
   */
  record Wanted(Optional<String> server, String tool) {}

  /**
   * What a tool gave, as far as the agent may see it.
   *
   * @param text what the model reads
   * @param failed whether the tool said that it failed
   * @param approval names the approval that the call waits for, if it does
   */
  record ToolOutput(String text, boolean failed, Optional<String> approval) {
    /** The output of a call that waits for nobody. */
    public ToolOutput(String text, boolean failed) {
      this(text, failed, Optional.empty());
    }
  }
}
