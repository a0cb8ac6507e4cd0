/**
 * OpenAI's Responses, and how they say what chat completions say. Start with {@link
 * dev.sallyport.llm.responses.ResponsesApi}.
 */
@NullMarked
package dev.sallyport.llm.responses;

import org.jspecify.annotations.NullMarked;
