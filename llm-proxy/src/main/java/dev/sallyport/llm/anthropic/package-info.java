/**
 * Anthropic's Messages form, to and from OpenAI's chat. Start with {@link
 * dev.sallyport.llm.anthropic.AnthropicAdapter}.
 */
@NullMarked
package dev.sallyport.llm.anthropic;

import org.jspecify.annotations.NullMarked;
