/**
 * Bundles of foreign trust domains, as SPIFFE bundle endpoints publish them. Start with {@link
 * dev.sallyport.identity.federation.BundleEndpoint}.
 */
@NullMarked
package dev.sallyport.identity.federation;

import org.jspecify.annotations.NullMarked;
