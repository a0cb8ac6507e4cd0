package dev.sallyport.llm.gemini;

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

/** For providers that speak the Gemini API. Source: Gemini API, v1beta, generateContent. */
public final class GeminiAdapter implements ProviderAdapter {
  static final String MODELS = "models/";

  @Override
  public String protocol() {
    return "gemini";
  }

  @Override
  public Injection injection(Site site) {
    return new Injection.Header("x-goog-api-key", "");
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    var bare = bare(attempt.upstreamModel());
    var path = "/models/" + ModelPath.segment(bare) + ModelPath.verb(request.streamed());
    return RequestEncoder.encode(path, request, attempt, true);
  }

  @Override
  public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException {
    return ReplyDecoder.decode(reply, attempt);
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return new GeminiStream(request.usageAsked(), attempt);
  }

  @Override
  public Optional<Passage> passage(Form form, Site site) {
    return form == Form.EMBEDDINGS ? Optional.of(new GeminiEmbeddings()) : Optional.empty();
  }

  /** A model's name without what the Gemini API writes before it. */
  static String bare(String name) {
    return name.startsWith(MODELS) ? name.substring(MODELS.length()) : name;
  }
}
