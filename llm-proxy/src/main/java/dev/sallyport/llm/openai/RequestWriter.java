package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.spi.Withheld;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Makes one chat request what its provider takes. Of a request that its caller wrote in chat form
 * all stays as it came, byte by byte, but for the model, the report of usage, a limit where there
 * must be one, what is meant for the proxy alone, and what the provider differs in.
 */
final class RequestWriter {
  private static final String LIMIT = "max_completion_tokens";
  private static final String STREAM_OPTIONS = "stream_options";

  private final ChatRequest request;
  private final Attempt attempt;
  private final Quirks quirks;
  private final Changes changes;

  RequestWriter(ChatRequest request, Attempt attempt) {
    this.request = request;
    this.attempt = attempt;
    this.quirks = attempt.site().quirks();
    var limit = attempt.limited() ? OptionalInt.of(attempt.maxOutputTokens()) : OptionalInt.empty();
    this.changes = new Changes(request.tree(), request.changesFor(attempt.upstreamModel(), limit));
  }

  /** The request for a provider that knows OpenAI's parameters. */
  WireRequest plain(String path) throws CannotCarryException {
    if (ChatRequest.wantsOfProviders(request.tree())) {
      changes.lose("provider");
    }
    changes.cut("provider");
    if (attempt.from() != Form.CHAT) {
      new Translation(changes, attempt).apply();
    }
    return finished(path);
  }

  /** The request for OpenRouter, whose form is that of translations. */
  WireRequest extended(String path) throws CannotCarryException {
    if (attempt.from() != Form.CHAT) {
      changes.cutNulls();
      changes.set("messages", new Messages(changes).withoutMarks(changes.value("messages")));
    }
    return finished(path);
  }

  private WireRequest finished(String path) throws CannotCarryException {
    Withheld.NAMES.forEach(changes::lose);
    if (quirks.refused().contains(STREAM_OPTIONS)) {
      changes.set(STREAM_OPTIONS, MissingNode.getInstance()); // a stream tells its usage unasked
    }
    quirks.refused().forEach(changes::lose);
    quirks.renamed().forEach(this::rename);
    if (changes.value("messages") instanceof ArrayNode messages) {
      changes.set("messages", new QuirkyMessages(quirks, changes).of(messages));
    }
    if (!quirks.nulls()) {
      for (var name : changes.names()) {
        changes.set(name, Nulls.without(name, changes.value(name)));
      }
    }
    request.allowDropping(changes.lost());
    return new WireRequest(path, Map.of(), request.body().with(changes.made()), changes.lost());
  }

  /** Where both names stand, the limit that OpenAI prefers is the one that counts. */
  private void rename(String from, String to) {
    var value = changes.value(from);
    if (!value.isMissingNode() && !(value.isNull() && from.equals(LIMIT))) {
      changes.set(to, value);
    }
    changes.cut(from);
  }
}
