package dev.sallyport.llm.openai;

import dev.sallyport.llm.anthropic.AnthropicPassage;
import dev.sallyport.llm.responses.ResponsesApi;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.vault.Injection;
import java.util.Optional;
import java.util.Set;

/**
 * For OpenRouter, whose form is that of translations: what a caller wants of routing, reasoning and
 * caching goes on as it came. A list of other models does not: a caller may have no model but those
 * that the alias stands for. Source: OpenRouter, "API Reference".
 */
public final class OpenRouterAdapter implements ProviderAdapter {
  private static final Set<String> KEPT = Set.of("provider");

  @Override
  public String protocol() {
    return "openrouter";
  }

  @Override
  public Injection injection(Site site) {
    return new Injection.Header("Authorization", "Bearer ");
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    return new RequestWriter(request, attempt).extended("/chat/completions");
  }

  @Override
  public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException {
    return ChatAnswers.decode(reply, attempt);
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return new OpenAiStream(request.usageAsked(), attempt);
  }

  /** What a model thought stands beside what it said, whosever model it is. */
  @Override
  public boolean replaysReasoning(Site site) {
    return true;
  }

  @Override
  public Optional<Passage> passage(Form form, Site site) {
    return switch (form) {
      case CHAT -> Optional.empty();
      case MESSAGES -> Optional.of(placed(new AnthropicPassage()));
      case RESPONSES -> Optional.of(placed(ResponsesApi.passage()));
      case EMBEDDINGS -> Optional.of(placed(new EmbeddingsPassage()));
    };
  }

  private static Passage placed(Passage form) {
    return new PlacedPassage(form, (path, _) -> path, KEPT);
  }
}
