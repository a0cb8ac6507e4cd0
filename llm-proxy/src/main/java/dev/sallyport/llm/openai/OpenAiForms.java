package dev.sallyport.llm.openai;

import dev.sallyport.llm.responses.ResponsesApi;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Chat completions, responses and embeddings, wherever somebody serves them. */
final class OpenAiForms {
  private final BiFunction<String, Attempt, String> place;

  /**
   * The forms of somebody.
   *
   * @param place where an operation is that OpenAI serves under such a path
   */
  OpenAiForms(BiFunction<String, Attempt, String> place) {
    this.place = place;
  }

  /** The forms of whoever serves them where OpenAI does. */
  OpenAiForms() {
    this((path, _) -> path);
  }

  WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException {
    var wire =
        isResponses(attempt.site())
            ? ResponsesApi.encode(request, attempt)
            : new RequestWriter(request, attempt).plain("/chat/completions");
    return new WireRequest(
        place.apply(wire.path(), attempt), wire.headers(), wire.body(), wire.dropped());
  }

  Reply decode(WireReply reply, Attempt attempt) throws MalformedReplyException {
    return isResponses(attempt.site())
        ? ResponsesApi.decode(reply)
        : ChatAnswers.decode(reply, attempt);
  }

  ReplyStream stream(ChatRequest request, Attempt attempt) {
    return isResponses(attempt.site())
        ? ResponsesApi.stream(request, attempt)
        : new OpenAiStream(request.usageAsked(), attempt);
  }

  Optional<Passage> passage(Form form, Site site) {
    return switch (form) {
      case CHAT, MESSAGES -> Optional.empty();
      case RESPONSES ->
          isResponses(site) ? Optional.of(placed(ResponsesApi.passage())) : Optional.empty();
      case EMBEDDINGS -> Optional.of(placed(new EmbeddingsPassage()));
    };
  }

  static boolean isResponses(Site site) {
    return site.api() == Site.Api.RESPONSES;
  }

  private Passage placed(Passage passage) {
    return new PlacedPassage(passage, place, Set.of());
  }
}
