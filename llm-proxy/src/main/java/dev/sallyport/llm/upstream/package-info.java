/** One attempt at one deployment. Start with {@link dev.sallyport.llm.upstream.Upstreams}. */
@NullMarked
package dev.sallyport.llm.upstream;

import org.jspecify.annotations.NullMarked;
