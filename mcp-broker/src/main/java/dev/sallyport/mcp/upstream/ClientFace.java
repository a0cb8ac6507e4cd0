package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import java.util.List;
import java.util.Optional;

/**
 * What a server is told of the client whose request it gets: what it may ask that client for, and
 * what the two may settle between them. Two clients with equal faces cannot be told apart by it.
 * Its tree is never changed.
 *
 * @param capabilities as in the client's own words, cut to what the server may use
 * @param logLevel the least severity of log messages that the client wants; empty if it named none
 */
public record ClientFace(ObjectNode capabilities, Optional<String> logLevel) {
  /** What a server may ask of a client. */
  public static final List<String> ASKED = List.of("elicitation", "sampling", "roots");

  /** A client that can be asked for nothing and named no severity. */
  public static final ClientFace PLAIN = new ClientFace(Json.object(), Optional.empty());

  /**
   * A client that can do all that is carried between servers and clients. As such servers are asked
   * what they have, where that can be said, since some list only what their client can take part
   * in.
   */
  static final ClientFace ABLE = new ClientFace(able(), Optional.empty());

  private static ObjectNode able() {
    var able = Extensions.tasks();
    var elicitation = able.putObject("elicitation");
    elicitation.putObject("form");
    elicitation.putObject("url");
    able.putObject("sampling").putObject("tools");
    able.putObject("roots");
    return able;
  }

  /** Whether a server has nothing to ask the client for, and no level of its own to keep to. */
  public boolean isPlain() {
    return !canBeAsked() && logLevel.isEmpty();
  }

  /** Whether nothing sets the client apart in a session, so that it may share one with others. */
  public boolean isLikeAny() {
    return isPlain() && Extensions.inSession(capabilities).isEmpty();
  }

  /** Whether a server may ask the client for anything. */
  public boolean canBeAsked() {
    return ASKED.stream().anyMatch(capabilities::has);
  }

  /** Whether the client takes a task for an answer. */
  public boolean takesTasks() {
    return Extensions.hasTasks(capabilities);
  }

  /** The same client, as far as it can be asked for nothing. */
  public ClientFace unasked() {
    return new ClientFace(capabilities.deepCopy().remove(ASKED), logLevel);
  }

  /** The same client, as far as it can be asked and told nothing, and has nothing to settle. */
  public ClientFace silent() {
    return new ClientFace(Extensions.of(capabilities), Optional.empty());
  }

  /** Why a server may not ask the client for something; empty if it may. */
  public Optional<RpcError> refusal(String method, ObjectNode params) {
    return switch (method) {
      case "elicitation/create" -> capabilities.has("elicitation") ? mode(params) : unknown();
      case "sampling/createMessage" -> capabilities.has("sampling") ? tools(params) : unknown();
      case "roots/list" -> capabilities.has("roots") ? Optional.empty() : unknown();
      default -> unknown();
    };
  }

  /** A client that names no mode takes forms. Source: MCP 2025-11-25, "Elicitation". */
  private Optional<RpcError> mode(ObjectNode params) {
    var declared = capabilities.path("elicitation");
    boolean can =
        switch (params.path("mode").asText("form")) {
          case "form" -> declared.has("form") || !declared.has("url");
          case "url" -> declared.has("url");
          default -> false;
        };
    return can ? Optional.empty() : unfit("The client does not take elicitations of that mode");
  }

  private Optional<RpcError> tools(ObjectNode params) {
    return params.has("tools") && !capabilities.path("sampling").has("tools")
        ? unfit("The client samples without tools")
        : Optional.empty();
  }

  private static Optional<RpcError> unknown() {
    return Optional.of(RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found"));
  }

  private static Optional<RpcError> unfit(String why) {
    return Optional.of(RpcError.of(RpcError.INVALID_PARAMS, why));
  }
}
