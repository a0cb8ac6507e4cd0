/** What a provider's adapter must do. Start with {@link dev.sallyport.llm.spi.ProviderAdapter}. */
@NullMarked
package dev.sallyport.llm.spi;

import org.jspecify.annotations.NullMarked;
