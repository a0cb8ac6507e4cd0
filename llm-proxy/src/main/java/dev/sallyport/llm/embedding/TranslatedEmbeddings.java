package dev.sallyport.llm.embedding;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.ReplyStream;

/** Embeddings of a provider that has other words for them; they are never streamed. */
public interface TranslatedEmbeddings extends Passage {
  @Override
  default ReplyStream stream(JsonBody own, Attempt attempt) {
    throw new IllegalStateException("embeddings are not streamed");
  }
}
