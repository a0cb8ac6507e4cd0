package dev.sallyport.llm.responses;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * How OpenAI is asked where a deployment's {@code api} is {@code responses}. Nothing is kept there:
 * every request has the whole conversation, and is not stored. Pure.
 */
public final class ResponsesApi {
  static final String PATH = "/responses";

  private ResponsesApi() {}

  /** A chat request as a request for a response. */
  public static WireRequest encode(ChatRequest request, Attempt attempt)
      throws CannotCarryException {
    var dropped = new LinkedHashSet<String>();
    var body = new RequestEncoder(request.tree(), attempt, dropped).encode();
    request.allowDropping(dropped);
    return new WireRequest(PATH, Map.of(), WireJson.bytes(body), List.copyOf(dropped));
  }

  /** A whole response as a chat answer. */
  public static Reply decode(WireReply reply) throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Failure.of(reply));
    }
    return ReplyDecoder.decode(WireJson.object(reply.body()));
  }

  /** Begins to decode the events of a response into chunks of a chat answer. */
  public static ReplyStream stream(ChatRequest request, Attempt attempt) {
    return new ChunkStream(request.usageAsked(), attempt.at().getEpochSecond());
  }

  /** Passes requests of callers who speak the same form on. */
  public static Passage passage() {
    return new ResponsesPassage();
  }
}
