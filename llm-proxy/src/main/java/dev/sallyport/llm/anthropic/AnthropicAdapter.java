package dev.sallyport.llm.anthropic;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.TokenCounter;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.vault.Injection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * For providers that speak Anthropic's Messages form. Source: Anthropic API, version 2023-06-01.
 */
public final class AnthropicAdapter implements ProviderAdapter {
  private static final Map<String, String> VERSION =
      Map.of(AnthropicPassage.VERSION_HEADER, AnthropicPassage.USUAL_VERSION);

  @Override
  public String protocol() {
    return "anthropic";
  }

  @Override
  public Injection injection(Site site) {
    return new Injection.Header("x-api-key", "");
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    var dropped = new LinkedHashSet<String>();
    var body = new RequestEncoder(request.tree(), attempt, dropped).encode();
    request.allowDropping(dropped);
    return new WireRequest("/messages", VERSION, WireJson.bytes(body), List.copyOf(dropped));
  }

  @Override
  public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Failure.of(reply));
    }
    return ReplyDecoder.decode(WireJson.object(reply.body()), attempt.at().getEpochSecond());
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return new AnthropicStream(request.usageAsked(), attempt.at().getEpochSecond());
  }

  @Override
  public Optional<Passage> passage(Form form, Site site) {
    return form == Form.MESSAGES ? Optional.of(new AnthropicPassage()) : Optional.empty();
  }

  @Override
  public Optional<TokenCounter> counter(Site site) {
    return Optional.of(new CountTokens());
  }
}
