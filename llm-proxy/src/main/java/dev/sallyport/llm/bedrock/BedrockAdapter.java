package dev.sallyport.llm.bedrock;

import dev.sallyport.llm.eventstream.EventStreamReader;
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
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.sse.FrameReader;
import dev.sallyport.vault.Injection;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * For models on Amazon Bedrock, by Converse; requests in Anthropic's form to its own models go by
 * InvokeModel. Source: Amazon Bedrock Runtime API, version 2023-09-30.
 */
public final class BedrockAdapter implements ProviderAdapter {
  private static final String SERVICE = "bedrock";

  @Override
  public String protocol() {
    return "bedrock";
  }

  @Override
  public Injection injection(Site site) {
    return new Injection.SigV4(site.region().orElseThrow(), SERVICE);
  }

  @Override
  public WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    var dropped = new LinkedHashSet<String>();
    var body = new RequestEncoder(request.tree(), attempt, family(attempt), dropped).encode();
    request.allowDropping(dropped);
    var operation = request.streamed() ? "/converse-stream" : "/converse";
    var accept = request.streamed() ? EventStreamReader.TYPE : "application/json";
    return new WireRequest(
        path(attempt.upstreamModel()) + operation,
        Map.of("Accept", accept),
        WireJson.bytes(body),
        List.copyOf(dropped));
  }

  @Override
  public Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Errors.failure(reply));
    }
    var names = Names.of(request.tree());
    return new ReplyDecoder(AnswerHead.of(attempt, reply.body()), names, family(attempt))
        .decode(WireJson.object(reply.body()));
  }

  @Override
  public ReplyStream stream(ChatRequest request, Attempt attempt) {
    return new ConverseStream(
        AnswerHead.of(attempt, request.bytes()),
        Names.of(request.tree()),
        family(attempt),
        request.usageAsked());
  }

  /** Embeddings, and requests in Anthropic's form to what is said to be a model of Anthropic's. */
  @Override
  public Optional<Passage> passage(Form form, Site site) {
    if (form == Form.EMBEDDINGS) {
      return Optional.of(new InvokeEmbeddings());
    }
    boolean spoken = form == Form.MESSAGES && site.publisher().equals(Optional.of("anthropic"));
    return spoken ? Optional.of(new InvokePassage()) : Optional.empty();
  }

  @Override
  public String streamType() {
    return EventStreamReader.TYPE;
  }

  @Override
  public FrameReader frames(InputStream body, int maxFrameBytes) {
    return new EventStreamReader(body, maxFrameBytes);
  }

  private static Family family(Attempt attempt) {
    return Family.of(attempt.upstreamModel(), attempt.site().publisher());
  }

  /** The path of a model, whose name or ARN is one segment of it. */
  static String path(String model) {
    return "/model/" + URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
