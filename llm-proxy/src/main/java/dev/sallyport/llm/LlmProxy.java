package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.upstream.Upstreams;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/** Forwards model calls. */
@SuppressWarnings("DoNotCallSuggester")
public final class LlmProxy implements AutoCloseable {
  /** A proxy. */
  public LlmProxy(
      ActionPath path,
      Catalog catalog,
      Upstreams upstreams,
      Spending spending,
      InstantSource clock,
      LlmConfig config) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Asks a model and waits for the whole answer. */
  public ObjectNode complete(Caller caller, ObjectNode chatRequest) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Asks a model and gives each chunk of the answer on. */
  public void stream(Caller caller, ObjectNode chatRequest, ChatSink sink) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** The aliases that the caller may use, sorted. */
  public List<String> models(Caller caller) {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public void close() {}
}
