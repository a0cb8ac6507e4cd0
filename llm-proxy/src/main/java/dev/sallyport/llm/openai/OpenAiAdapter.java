package dev.sallyport.llm.openai;

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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * For providers that speak what callers speak. Requests go on as they came but for the model, the
 * report of usage, a limit on the answer where there must be one and the caller gave none, and what
 * the provider differs in from OpenAI; answers come back as they are; they are only looked at, for
 * what they say of themselves. Requests and answers of callers of another form are translations,
 * and are written anew.
 */
public final class OpenAiAdapter implements ProviderAdapter {
  private final String protocol;
  private final Injection injection;
  private final BiFunction<String, Attempt, String> place;

  /** For whoever serves OpenAI's operations where OpenAI does. */
  public OpenAiAdapter() {
    this("openai", new Injection.Header("Authorization", "Bearer "), (path, _) -> path);
  }

  private OpenAiAdapter(
      String protocol, Injection injection, BiFunction<String, Attempt, String> place) {
    this.protocol = protocol;
    this.injection = injection;
    this.place = place;
  }

  /**
   * For Azure OpenAI, whose deployments have names of their own. The API version {@code v1} has
   * OpenAI's paths and takes a deployment's name as the model; a version that is a date has it in
   * the path. A credential is sent as {@code api-key}; one that names its own header may be a token
   * of Entra.
   */
  public static OpenAiAdapter azure() {
    var key = new Injection.Header("api-key", "");
    return new OpenAiAdapter("azure-openai", key, OpenAiAdapter::azurePlace);
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public Injection injection(Site site) {
    return injection;
  }

  @Override
  public boolean replaysReasoning(Site site) {
    return isResponses(site);
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    var wire =
        isResponses(attempt.site())
            ? ResponsesApi.encode(request, attempt)
            : new RequestWriter(request, attempt).plain("/chat/completions");
    return new WireRequest(
        place.apply(wire.path(), attempt), wire.headers(), wire.body(), wire.dropped());
  }

  @Override
  public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException {
    return isResponses(attempt.site())
        ? ResponsesApi.decode(reply)
        : ChatAnswers.decode(reply, attempt);
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return isResponses(attempt.site())
        ? ResponsesApi.stream(request, attempt)
        : new OpenAiStream(request.usageAsked(), attempt);
  }

  @Override
  public Optional<Passage> passage(Form form, Site site) {
    return switch (form) {
      case CHAT, MESSAGES -> Optional.empty();
      case RESPONSES ->
          isResponses(site) ? Optional.of(placed(ResponsesApi.passage())) : Optional.empty();
      case EMBEDDINGS -> Optional.of(placed(new EmbeddingsPassage()));
    };
  }

  private static boolean isResponses(Site site) {
    return site.api() == Site.Api.RESPONSES;
  }

  private Passage placed(Passage passage) {
    return new PlacedPassage(passage, place, Set.of());
  }

  private static String azurePlace(String path, Attempt attempt) {
    var version = attempt.site().apiVersion().orElse("v1");
    if (version.equals("v1")) {
      return "/openai/v1" + path;
    }
    var deployment =
        URLEncoder.encode(attempt.upstreamModel(), StandardCharsets.UTF_8).replace("+", "%20");
    var within = path.equals("/responses") ? "" : "/deployments/" + deployment;
    return "/openai" + within + path + "?api-version=" + version;
  }
}
