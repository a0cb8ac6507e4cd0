/**
 * Providers and deployments, as an administrator sets them. Start with {@link
 * dev.sallyport.llm.catalog.Catalog}.
 */
@NullMarked
package dev.sallyport.llm.catalog;

import org.jspecify.annotations.NullMarked;
