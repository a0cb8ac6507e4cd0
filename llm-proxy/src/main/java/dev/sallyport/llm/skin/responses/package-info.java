/**
 * OpenAI's Responses for callers, without anything that is kept between requests. Start with {@link
 * dev.sallyport.llm.skin.responses.ResponsesSkin}.
 */
@NullMarked
package dev.sallyport.llm.skin.responses;

import org.jspecify.annotations.NullMarked;
