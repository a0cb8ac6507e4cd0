package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A turn that a caller hands over, as read from the body of {@code POST /v1/responses}.
 *
 * @param model the alias
 * @param session which conversation it is of, as far as the caller says
 * @param messages the conversation so far, in chat form
 * @param resumed the calls that waited for a person and are to be made again before anything else
 * @param servers the MCP servers whose tools the model may use
 * @param functions the caller's own tools, in chat form; the caller runs them
 * @param settings what goes into each model call as it is, such as {@code temperature}
 * @param maxToolCalls what the caller set, if anything
 * @param echo the fields of the request that the answer repeats
 * @param dropped the fields of the request that nothing was done with
 */
public record TurnRequest(
    String model,
    Optional<String> session,
    List<ObjectNode> messages,
    List<ResumedCall> resumed,
    List<ServerChoice> servers,
    List<ObjectNode> functions,
    ObjectNode settings,
    OptionalInt maxToolCalls,
    boolean stream,
    ObjectNode echo,
    List<String> dropped) {
  public TurnRequest {
    messages = List.copyOf(messages);
    resumed = List.copyOf(resumed);
    servers = List.copyOf(servers);
    functions = List.copyOf(functions);
    dropped = List.copyOf(dropped);
  }

  /** The same, of this conversation unless it names one itself. */
  public TurnRequest in(String conversation) {
    return new TurnRequest(
        model,
        Optional.of(session.orElse(conversation)),
        messages,
        resumed,
        servers,
        functions,
        settings,
        maxToolCalls,
        stream,
        echo,
        dropped);
  }

  /**
   * A call that waited for a person's approval.
   *
   * @param request the id of the item that asked for the approval
   * @param label the server's
   * @param arguments as the model wrote them
   */
  public record ResumedCall(String request, String label, String name, String arguments) {}

  /**
   * A registered MCP server that the turn may use.
   *
   * @param label the name that the caller uses for it
   * @param server the registered server; empty for all that the caller has
   * @param allowedTools the only tools to offer; empty for all
   */
  public record ServerChoice(String label, Optional<String> server, List<String> allowedTools) {
    /** The label that stands for every server that the caller has. */
    public static final String ALL = "sallyport";

    public ServerChoice {
      allowedTools = List.copyOf(allowedTools);
    }
  }

  /** A copy of a tree that may be changed. */
  static ObjectNode copy(JsonNode tree) {
    return (ObjectNode) tree.deepCopy();
  }
}
