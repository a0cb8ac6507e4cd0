/**
 * The one store of everything that administrators set. Start with {@link
 * dev.sallyport.gateway.resource.ResourceStore}.
 */
@NullMarked
package dev.sallyport.gateway.resource;

import org.jspecify.annotations.NullMarked;
