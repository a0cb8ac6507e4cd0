package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.TokenCounter;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts by Anthropic's {@code /messages/count_tokens}. */
final class CountTokens implements TokenCounter {
  /** What belongs to an answer, and has no place in the question how long a request is. */
  private static final List<String> OF_ANSWERS =
      List.of(
          "max_tokens",
          "metadata",
          "service_tier",
          "stop_sequences",
          "stream",
          "temperature",
          "top_k",
          "top_p");

  @Override
  public WireRequest encode(ModelRequest asked, Attempt attempt) throws CannotCarryException {
    var own = asked.form() == Form.MESSAGES ? asked.own() : Optional.<JsonBody>empty();
    var passed =
        own.isPresent()
            ? new AnthropicPassage().encode(own.get(), attempt)
            : new AnthropicAdapter().encode(asked.chat(), attempt);
    Map<String, JsonNode> changes = new HashMap<>();
    OF_ANSWERS.forEach(name -> changes.put(name, MissingNode.getInstance()));
    return new WireRequest(
        passed.path() + "/count_tokens",
        passed.headers(),
        JsonBody.parse(passed.body()).with(changes),
        passed.dropped());
  }

  @Override
  public long decode(WireReply reply) throws MalformedReplyException {
    var count = WireJson.object(reply.body()).path("input_tokens");
    if (!count.isIntegralNumber() || count.longValue() < 0) {
      throw new MalformedReplyException("no count");
    }
    return count.longValue();
  }
}
