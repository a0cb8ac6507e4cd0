package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
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
   * @throws dev.sallyport.identity.action.Refusal if the call does not go on
   */
  ToolOutput call(Caller caller, Optional<String> server, String tool, ObjectNode arguments);

  /**
   * Puts on record that a tool was asked for that was not offered. It is not called, whatever the
   * caller may do besides: to this turn it is unknown.
   *
   * @return what the model is told
   */
  Refusal refuse(Caller caller, Optional<String> server, String tool, ObjectNode arguments);

  /**
   * What a tool gave, as far as the agent may see it.
   *
   * @param text what the model reads
   * @param failed whether the tool said that it failed
   */
  record ToolOutput(String text, boolean failed) {}
}
