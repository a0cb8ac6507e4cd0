/**
 * URIs and templates of URIs, so that they can be compared. Start with {@link
 * dev.sallyport.identity.uri.ResourceUri}.
 */
@NullMarked
package dev.sallyport.identity.uri;

import org.jspecify.annotations.NullMarked;
