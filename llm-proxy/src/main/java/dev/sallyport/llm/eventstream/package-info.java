/**
 * Reads AWS's binary event streams. Start with {@link
 * dev.sallyport.llm.eventstream.EventStreamReader}.
 */
@NullMarked
package dev.sallyport.llm.eventstream;

import org.jspecify.annotations.NullMarked;
