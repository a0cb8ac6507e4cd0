package dev.sallyport.llm.openai;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.vault.Injection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * For providers that speak what callers speak. Requests go on as they came but for the model, the
 * report of usage, and a limit on the answer where there must be one and the caller gave none;
 * answers come back as they are; they are only looked at, for what they say of themselves.
 */
public final class OpenAiAdapter implements ProviderAdapter {
  @Override
  public String protocol() {
    return "openai";
  }

  @Override
  public Injection injection() {
    return new Injection.Header("Authorization", "Bearer ");
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) {
    var limit = attempt.limited() ? OptionalInt.of(attempt.maxOutputTokens()) : OptionalInt.empty();
    return new WireRequest(
        "/chat/completions", Map.of(), request.bytesFor(attempt.upstreamModel(), limit), List.of());
  }

  @Override
  public Reply decode(WireReply reply, Attempt attempt) throws MalformedReplyException {
    if (reply.status() < 200 || reply.status() > 299) {
      return new Reply.Failed(Failure.of(reply));
    }
    var look = ReplyLook.at(reply.body());
    if (look.failed()) {
      return new Reply.Failed(OpenAiErrors.failure(WireJson.object(reply.body()).path("error")));
    }
    if (look.choices() == 0) {
      return new Reply.Failed(Failure.of(Kind.MALFORMED));
    }
    return new Reply.Completed(reply.body(), look.served());
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return new OpenAiStream(request.usageAsked());
  }
}
