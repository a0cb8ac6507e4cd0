/**
 * OpenAI's embeddings, for providers that give them in words of their own. Start with {@link
 * dev.sallyport.llm.embedding.EmbeddingRequest}.
 */
@NullMarked
package dev.sallyport.llm.embedding;

import org.jspecify.annotations.NullMarked;
