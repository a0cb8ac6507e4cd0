/** The OpenAI-compatible routes. Start with {@link dev.sallyport.llm.http.LlmRoutes}. */
@NullMarked
package dev.sallyport.llm.http;

import org.jspecify.annotations.NullMarked;
