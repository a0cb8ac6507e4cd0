/** Tests of embeddings in other words than OpenAI's. */
@NullMarked
package dev.sallyport.llm.embedding;

import org.jspecify.annotations.NullMarked;
