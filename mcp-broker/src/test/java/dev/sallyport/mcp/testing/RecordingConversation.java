package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;

/** A conversation that keeps what it is told, and answers what it is asked as it was told to. */
public final class RecordingConversation implements Conversation {
  /** What a server reported of its progress. */
  public final List<ObjectNode> reported = new CopyOnWriteArrayList<>();

  /** What a server wrote to its log. */
  public final List<ObjectNode> logged = new CopyOnWriteArrayList<>();

  /** What a server asked for: the params, and the method as {@code method} among them. */
  public final List<ObjectNode> asked = new CopyOnWriteArrayList<>();

  /** What a server said that the client is done with. */
  public final BlockingQueue<ObjectNode> completed = new LinkedBlockingQueue<>();

  /** Opens once progress was reported. */
  public final CountDownLatch begun = new CountDownLatch(1);

  private final Cancellation cancellation = new Cancellation();
  private final ClientFace client;
  private final BiFunction<String, ObjectNode, ClientAnswer> answers;

  /** With a client that can be asked for nothing. */
  public RecordingConversation() {
    this(ClientFace.PLAIN, (_, _) -> ClientAnswer.Refused.unknownMethod());
  }

  /** With a client that answers like that. */
  public RecordingConversation(
      ClientFace client, BiFunction<String, ObjectNode, ClientAnswer> answers) {
    this.client = client;
    this.answers = answers;
  }

  @Override
  public ClientFace client() {
    return client;
  }

  @Override
  public boolean takesInputRequests() {
    return false;
  }

  @Override
  public boolean wantsProgress() {
    return true;
  }

  @Override
  public void progressed(ObjectNode params) {
    reported.add(params.deepCopy());
    begun.countDown();
  }

  @Override
  public void logged(ObjectNode params) {
    logged.add(params.deepCopy());
  }

  @Override
  public void completed(ObjectNode params) {
    completed.add(params);
  }

  @Override
  public ClientAnswer ask(String method, ObjectNode params) {
    asked.add(Json.object().put("method", method).setAll(params));
    return answers.apply(method, params);
  }

  @Override
  public Cancellation cancellation() {
    return cancellation;
  }
}
