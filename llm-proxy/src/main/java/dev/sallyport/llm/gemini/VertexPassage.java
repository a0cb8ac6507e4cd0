package dev.sallyport.llm.gemini;

import dev.sallyport.llm.anthropic.AnthropicBody;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;

/** Requests in Anthropic's Messages form to its models on Vertex AI. */
final class VertexPassage implements Passage {
  /** What Vertex AI is known to take; it refuses a request that names others. */
  private static final Set<String> BETAS =
      Set.of(
          "computer-use-2025-01-24",
          "context-1m-2025-08-07",
          "context-management-2025-06-27",
          "interleaved-thinking-2025-05-14",
          "tool-search-tool-2025-10-19",
          "web-search-2025-03-05");

  private final Passage anthropic;

  /** As Anthropic's own answers are read. */
  VertexPassage(Passage anthropic) {
    this.anthropic = anthropic;
  }

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) throws CannotCarryException {
    var known = AnthropicBody.betas(attempt, BETAS);
    var dropped = new ArrayList<>(AnthropicBody.untold(own));
    if (known.size() < AnthropicBody.betas(attempt).size()) {
      dropped.add(AnthropicBody.BETA);
    }
    var verb = VertexAdapter.raw(own.tree().path("stream").booleanValue());
    return new WireRequest(
        VertexAdapter.path(attempt) + verb,
        known.isEmpty() ? Map.of() : Map.of(AnthropicBody.BETA, String.join(",", known)),
        AnthropicBody.vertex(AnthropicBody.bounded(own, attempt)),
        dropped);
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    var failure = GeminiErrors.of(reply);
    return failure.isPresent()
        ? new Reply.Failed(failure.get())
        : anthropic.decode(reply, own, attempt);
  }

  @Override
  public ReplyStream stream(JsonBody own, Attempt attempt) {
    return anthropic.stream(own, attempt);
  }
}
