/**
 * Which model answers, in whose wire form, at what cost. Start with {@link
 * dev.sallyport.llm.LlmProxy}.
 */
@NullMarked
package dev.sallyport.llm;

import org.jspecify.annotations.NullMarked;
