package dev.sallyport.llm.gemini;

import dev.sallyport.llm.anthropic.AnthropicAdapter;
import dev.sallyport.llm.anthropic.AnthropicBody;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.vault.Injection;
import java.util.Map;
import java.util.Optional;

/**
 * For Vertex AI of Google Cloud: Gemini by generateContent, and Anthropic's models by rawPredict.
 * Source: Vertex AI API, v1.
 */
public final class VertexAdapter implements ProviderAdapter {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String GOOGLE = "google";

  private final AnthropicAdapter anthropic = new AnthropicAdapter();

  @Override
  public String protocol() {
    return "vertex";
  }

  @Override
  public Injection injection(Site site) {
    return new Injection.GoogleToken(SCOPE);
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    if (isGoogle(attempt.site())) {
      var path = path(attempt) + ModelPath.verb(request.streamed());
      return RequestEncoder.encode(path, request, attempt, false);
    }
    var wire = anthropic.encode(request, attempt);
    return new WireRequest(
        path(attempt) + raw(request.streamed()),
        Map.of(),
        AnthropicBody.vertex(JsonBody.parse(wire.body())),
        wire.dropped());
  }

  @Override
  public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException {
    if (isGoogle(attempt.site())) {
      return ReplyDecoder.decode(reply, attempt);
    }
    var failure = GeminiErrors.of(reply);
    return failure.isPresent()
        ? new Reply.Failed(failure.get())
        : anthropic.decode(reply, request, attempt);
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return isGoogle(attempt.site())
        ? new GeminiStream(request.usageAsked(), attempt)
        : anthropic.stream(request, attempt);
  }

  @Override
  public Optional<Passage> passage(Form form, Site site) {
    if (!isGoogle(site)) {
      return anthropic.passage(form, site).map(VertexPassage::new);
    }
    return form == Form.EMBEDDINGS ? Optional.of(new VertexEmbeddings()) : Optional.empty();
  }

  private static boolean isGoogle(Site site) {
    return site.publisher().orElse(GOOGLE).equals(GOOGLE);
  }

  /** Where a model is, all but the verb. */
  static String path(Attempt attempt) throws CannotCarryException {
    var site = attempt.site();
    return "/projects/%s/locations/%s/publishers/%s/models/%s"
        .formatted(
            ModelPath.segment(site.project().orElse("")),
            ModelPath.segment(site.region().orElse("")),
            ModelPath.segment(site.publisher().orElse(GOOGLE)),
            ModelPath.segment(attempt.upstreamModel()));
  }

  /** The verb that asks another's model in its own form. */
  static String raw(boolean streamed) {
    return streamed ? ":streamRawPredict" : ":rawPredict";
  }
}
