/**
 * The gateway as a whole: its parts joined, and its listeners. Start with {@link
 * dev.sallyport.gateway.server.Gateway}.
 */
@NullMarked
package dev.sallyport.gateway.server;

import org.jspecify.annotations.NullMarked;
