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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * For Azure OpenAI, whose deployments have names of their own. The API version {@code v1} has
 * OpenAI's paths and takes a deployment's name as the model; a version that is a date has it in the
 * path. A credential is sent as {@code api-key}; one that names its own header may be a token of
 * Entra.
 */
public final class AzureOpenAiAdapter implements ProviderAdapter {
  private final OpenAiForms forms = new OpenAiForms(AzureOpenAiAdapter::place);

  @Override
  public String protocol() {
    return "azure-openai";
  }

  @Override
  public Injection injection(Site site) {
    return new Injection.Header("api-key", "");
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

  private static String place(String path, Attempt attempt) {
    var version = attempt.site().apiVersion().orElse("v1");
    if (version.equals("v1")) {
      return "/openai/v1" + path;
    }
    var deployment = URLEncoder.encode(attempt.upstreamModel(), StandardCharsets.UTF_8);
    var within = path.equals("/responses") ? "" : "/deployments/" + deployment;
    return "/openai" + within + path + "?api-version=" + version;
  }
}
