/**
 * The wire form of OpenAI and of all who speak it: bytes pass through. Start with {@link
 * dev.sallyport.llm.openai.OpenAiAdapter}.
 */
@NullMarked
package dev.sallyport.llm.openai;

import org.jspecify.annotations.NullMarked;
