/**
 * The one resource model that administrators write. Start with {@link
 * dev.sallyport.identity.resource.ResourceModule}.
 */
@NullMarked
package dev.sallyport.identity.resource;

import org.jspecify.annotations.NullMarked;
