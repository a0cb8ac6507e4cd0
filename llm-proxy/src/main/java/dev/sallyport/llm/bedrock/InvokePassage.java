package dev.sallyport.llm.bedrock;

import dev.sallyport.llm.anthropic.AnthropicBody;
import dev.sallyport.llm.anthropic.AnthropicPassage;
import dev.sallyport.llm.eventstream.EventStreamReader;
import dev.sallyport.llm.spi.Attempt;
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

/**
 * Requests in Anthropic's Messages form to its models on Bedrock, by InvokeModel. Source: Amazon
 * Bedrock User Guide, "Anthropic Claude Messages API".
 */
final class InvokePassage implements Passage {
  /** What Bedrock is known to take; it refuses a request that names others. */
  private static final Set<String> BETAS =
      Set.of(
          "computer-use-2025-01-24",
          "context-1m-2025-08-07",
          "context-management-2025-06-27",
          "dev-full-thinking-2025-05-14",
          "effort-2025-11-24",
          "interleaved-thinking-2025-05-14",
          "output-128k-2025-02-19",
          "token-efficient-tools-2025-02-19",
          "tool-examples-2025-10-29",
          "tool-search-tool-2025-10-19");

  private final Passage anthropic = new AnthropicPassage();

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) {
    var betas = AnthropicBody.betas(attempt, BETAS);
    var dropped = new ArrayList<>(AnthropicBody.untold(own));
    if (betas.size() < AnthropicBody.betas(attempt).size()) {
      dropped.add(AnthropicBody.BETA);
    }
    boolean streamed = own.tree().path("stream").booleanValue();
    var path = BedrockAdapter.path(attempt.upstreamModel());
    return new WireRequest(
        path + (streamed ? "/invoke-with-response-stream" : "/invoke"),
        Map.of("Accept", streamed ? EventStreamReader.TYPE : "application/json"),
        AnthropicBody.bedrock(AnthropicBody.bounded(own, attempt), betas),
        dropped);
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    return !reply.succeeded()
        ? new Reply.Failed(Errors.failure(reply))
        : anthropic.decode(reply, own, attempt);
  }

  @Override
  public ReplyStream stream(JsonBody own, Attempt attempt) {
    return new InvokeStream(anthropic.stream(own, attempt));
  }
}
