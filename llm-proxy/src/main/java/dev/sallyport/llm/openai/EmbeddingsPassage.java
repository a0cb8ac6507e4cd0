package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passes requests for embeddings on as they came but for the model. */
final class EmbeddingsPassage implements Passage {
  private static final String PROVIDER = "provider";

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) {
    var changes = new LinkedHashMap<String, JsonNode>();
    changes.put("model", TextNode.valueOf(attempt.upstreamModel()));
    changes.put(PROVIDER, MissingNode.getInstance());
    boolean lost = ChatRequest.wantsOfProviders(own.tree());
    return new WireRequest(
        "/embeddings", Map.of(), own.with(changes), lost ? List.of(PROVIDER) : List.of());
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Failure.of(reply));
    }
    var look = ReplyLook.at(reply.body());
    if (look.failed()) {
      return new Reply.Failed(Failure.in(WireJson.object(reply.body())));
    }
    return look.data() == 0
        ? new Reply.Failed(Failure.of(Kind.MALFORMED))
        : new Reply.Completed(
            look.speaksForUs()
                ? ChatAnswers.withoutOurs(WireJson.object(reply.body()))
                : reply.body(),
            served(look));
  }

  /** Nothing is written: all that was used was read. */
  private static Served served(ReplyLook look) {
    var tokens = look.usage().path("prompt_tokens");
    return new Served(
        look.model(),
        Optional.empty(),
        tokens.isNumber()
            ? Optional.of(Usage.NONE.plus(Unit.FRESH_IN, tokens.asLong()))
            : Optional.empty());
  }

  @Override
  public ReplyStream stream(JsonBody own, Attempt attempt) {
    throw new IllegalStateException("embeddings are not streamed");
  }
}
