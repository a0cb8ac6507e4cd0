package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Flow;
import dev.sallyport.sandbox.contract.ToolContract;
import java.util.Optional;

/** What is agreed of the tools that clients run themselves. Thread-safe. */
public interface ClientContracts {
  /** The contract of a tool, by the client's name of it. */
  Optional<ToolContract> of(String tool);

  /**
   * What the labels of data say of a call.
   *
   * @param arguments as the model wrote them, with references
   */
  Flow judge(Caller caller, String tool, ObjectNode arguments);

  /**
   * Lets a call go on that was judged: what it brings about has happened from now on.
   *
   * @throws dev.sallyport.identity.action.Refusal with FLOW_REFUSED if that may happen once, and
   *     has
   */
  void pass(Caller caller, String tool);
}
