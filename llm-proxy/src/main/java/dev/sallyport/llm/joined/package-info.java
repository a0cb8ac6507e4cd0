/**
 * What clients put together out of the events of a stream, without the secrets that only show then.
 * Start with {@link dev.sallyport.llm.joined.JoinedTexts}.
 */
@NullMarked
package dev.sallyport.llm.joined;

import org.jspecify.annotations.NullMarked;
