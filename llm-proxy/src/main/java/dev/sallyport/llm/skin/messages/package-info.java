/**
 * Anthropic's Messages form for callers. Start with {@link
 * dev.sallyport.llm.skin.messages.MessagesSkin}.
 */
@NullMarked
package dev.sallyport.llm.skin.messages;

import org.jspecify.annotations.NullMarked;
