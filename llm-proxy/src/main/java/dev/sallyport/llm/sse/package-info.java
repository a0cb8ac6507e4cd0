/** Server-sent events as bytes. Start with {@link dev.sallyport.llm.sse.SseReader}. */
@NullMarked
package dev.sallyport.llm.sse;

import org.jspecify.annotations.NullMarked;
