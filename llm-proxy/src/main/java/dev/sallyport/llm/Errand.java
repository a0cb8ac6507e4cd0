package dev.sallyport.llm;

import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.reasoning.Issuer;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one deployment is asked for one call, and how its answer is read: as the caller wrote it
 * where the provider speaks that form, and translated elsewhere.
 *
 * @param issuer who will have given the answer
 * @param request what it is sent; without the caller's own where that must not go
 * @param stripped what of the caller's request was taken out of it, by its chat name
 */
record Errand(
    Deployment deployment,
    Issuer issuer,
    ProviderAdapter adapter,
    ModelRequest request,
    Attempt attempt,
    List<String> stripped) {
  /** Whether the answer is in the caller's own form. */
  boolean own() {
    return passage().isPresent();
  }

  /** The form of the answer. */
  Form form() {
    return own() ? request.form() : Form.CHAT;
  }

  /** How the request goes by as it is; empty if it has to be translated. */
  private Optional<Passage> passage() {
    return request.own().isEmpty()
        ? Optional.empty()
        : adapter.passage(request.form(), deployment.site());
  }

  /** Whether what the model thinks is worth keeping. */
  boolean replaysReasoning() {
    return adapter.replaysReasoning(deployment.site());
  }

  WireRequest encode() throws CannotCarryException {
    var passage = passage();
    if (passage.isPresent()) {
      var wire = passage.get().encode(request.own().orElseThrow(), attempt);
      request.chat().allowDropping(wire.dropped());
      return wire;
    }
    if (request.form() == Form.EMBEDDINGS) {
      throw new CannotCarryException("The provider of this model gives no embeddings.");
    }
    var untold = request.dropped();
    request.chat().allowDropping(untold);
    var wire = adapter.encode(request.chat(), attempt);
    return untold.isEmpty() && stripped.isEmpty()
        ? wire
        : new WireRequest(
            wire.path(),
            wire.headers(),
            wire.body(),
            Stream.of(untold, stripped, wire.dropped()).flatMap(List::stream).distinct().toList());
  }

  Reply decode(WireReply reply) throws MalformedReplyException {
    var passage = passage();
    return passage.isPresent()
        ? passage.get().decode(reply, request.own().orElseThrow(), attempt)
        : adapter.decode(reply, request.chat(), attempt);
  }

  ReplyStream stream() {
    return passage()
        .map(passage -> passage.stream(request.own().orElseThrow(), attempt))
        .orElseGet(() -> adapter.stream(request.chat(), attempt));
  }
}
