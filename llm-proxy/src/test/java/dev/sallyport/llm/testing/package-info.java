/**
 * Providers that are not real, and all that model calls need in tests. Start with {@link
 * dev.sallyport.llm.kit.FakeProvider}.
 */
@NullMarked
package dev.sallyport.llm.testing;

import org.jspecify.annotations.NullMarked;
