package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import java.util.List;

/**
 * What stands between the model of a turn and the client that sent it, which may run tools of its
 * own. Everything is in chat form. Thread-safe.
 */
public interface TurnClient {
  /**
   * What the model may see of the messages that the client sent.
   *
   * @param functions the client's own tools
   * @throws dev.sallyport.identity.action.Refusal if it may see nothing of them
   */
  List<ObjectNode> seen(Caller caller, List<ObjectNode> messages, List<ObjectNode> functions);

  /** The tools, as MCP has them, that a model needs beside the client's own; often none. */
  List<ObjectNode> operations(Caller caller);

  /**
   * What the client gets of calls of its own tools, in the same order.
   *
   * @throws dev.sallyport.identity.action.Refusal if it gets none of them
   */
  List<ObjectNode> give(Caller caller, List<ObjectNode> functions, List<ObjectNode> calls);

  /** Says that the client was told of a call that was made here, and of what it gave. */
  void told(Caller caller, ObjectNode call, String output);
}
