package dev.sallyport.llm.openai;

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

/**
 * For providers that speak what callers speak. Requests go on as they came but for the model, the
 * report of usage, a limit on the answer where there must be one and the caller gave none, and what
 * the provider differs in from OpenAI; answers come back as they are; they are only looked at, for
 * what they say of themselves. Requests and answers of callers of another form are translations,
 * and are written anew.
 */
public final class OpenAiAdapter implements ProviderAdapter {
  private final OpenAiForms forms = new OpenAiForms();

  @Override
  public String protocol() {
    return "openai";
  }

  @Override
  public Injection injection(Site site) {
    return new Injection.Header("Authorization", "Bearer ");
  }

  @Override
  public boolean replaysReasoning(Site site) {
    return OpenAiForms.isResponses(site);
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    return forms.encode(request, attempt);
  }

  @Override
  public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException {
    return forms.decode(reply, attempt);
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return forms.stream(request, attempt);
  }

  @Override
  public Optional<Passage> passage(Form form, Site site) {
    return forms.passage(form, site);
  }
}
