package dev.sallyport.llm.anthropic;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.SpokenForUs;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Requests in Anthropic's Messages form to whoever speaks it, in the version and with the betas
 * that the caller names.
 */
public final class AnthropicPassage implements Passage {
  static final String VERSION_HEADER = "anthropic-version";
  static final String USUAL_VERSION = "2023-06-01";
  private static final Pattern VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) {
    return new WireRequest(
        "/messages",
        headers(attempt),
        AnthropicBody.anthropic(AnthropicBody.bounded(own, attempt), attempt.upstreamModel()),
        AnthropicBody.untold(own));
  }

  static Map<String, String> headers(Attempt attempt) {
    var headers = new HashMap<String, String>();
    var version = attempt.headers().getOrDefault(VERSION_HEADER, USUAL_VERSION);
    headers.put(VERSION_HEADER, VERSION.matcher(version).matches() ? version : USUAL_VERSION);
    var betas = AnthropicBody.betas(attempt);
    if (!betas.isEmpty()) {
      headers.put(AnthropicBody.BETA, String.join(",", betas));
    }
    return headers;
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Failure.of(reply));
    }
    var message = WireJson.object(reply.body());
    if (message.path("type").asText().equals("error")) {
      return new Reply.Failed(Failure.said(message.path("error")));
    }
    return new Reply.Completed(
        SpokenForUs.dropped(message, reply.body()), ReplyDecoder.served(message));
  }

  @Override
  public ReplyStream stream(JsonBody own, Attempt attempt) {
    return new NativeStream();
  }
}
