package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.mcp.http.Sessions.Session;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Optional;
import java.util.UUID;

/**
 * What is said to a client on the stream of its request, and what it is asked there: the latter in
 * a session, in which it can answer.
 *
 * @param token the client's own, by which it knows the progress; empty if it wants none
 * @param takesLog whether it wants to be told what a server logs
 * @param stateless whether it speaks without sessions, so that it can be asked by an answer
 * @param session where its answers come in; empty if it can give none
 */
record Dialogue(
    CallStream stream,
    ClientFace client,
    Optional<JsonNode> token,
    boolean takesLog,
    boolean stateless,
    Optional<Session> session)
    implements Conversation {
  private static final String COMPLETE = "notifications/elicitation/complete";

  @Override
  public boolean takesInputRequests() {
    return stateless;
  }

  @Override
  public boolean wantsProgress() {
    return token.isPresent();
  }

  @Override
  public void progressed(ObjectNode params) {
    if (token.isPresent()) {
      stream.tell(progress(token.get(), params), true);
    }
  }

  /** A notification of progress under the client's own token, which comes first. */
  static ObjectNode progress(JsonNode token, ObjectNode params) {
    var own = Json.object().<ObjectNode>set(Meta.PROGRESS_TOKEN, token);
    params.properties().forEach(member -> own.set(member.getKey(), member.getValue()));
    own.set(Meta.PROGRESS_TOKEN, token);
    return RpcMessage.notification("notifications/progress", own);
  }

  @Override
  public void logged(ObjectNode params) {
    if (takesLog) {
      stream.tell(RpcMessage.notification("notifications/message", params), true);
    }
  }

  @Override
  public ClientAnswer ask(String method, ObjectNode params) {
    return session
        .filter(_ -> stream.isHeard())
        .map(asked ->
            asked
                .questions()
                .ask(method, named(method, params), message -> stream.tell(message, false)))
        .orElseGet(ClientAnswer.Refused::unknownMethod);
  }

  /** In sessions, what sends somebody to an address has a name. Source: MCP 2025-11-25. */
  private static ObjectNode named(String method, ObjectNode params) {
    boolean unnamed =
        method.equals("elicitation/create")
            && params.path("mode").asText().equals("url")
            && !params.has("elicitationId");
    return unnamed ? params.deepCopy().put("elicitationId", UUID.randomUUID().toString()) : params;
  }

  /** What comes after the answer is told on the stream that the session has besides. */
  @Override
  public void completed(ObjectNode params) {
    var message = RpcMessage.notification(COMPLETE, params);
    if (session.isPresent() && !stream.isTold(message)) {
      session.get().news().add(COMPLETE + " " + params.path("elicitationId").asText(), message);
    }
  }

  @Override
  public void brokenOff() {
    stream.breakOff();
  }

  @Override
  public Cancellation cancellation() {
    return stream.cancellation();
  }
}
