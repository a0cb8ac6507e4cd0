/**
 * The door by which an agent hands over a whole turn. Start with {@link
 * dev.sallyport.gateway.responses.ResponsesRoutes}.
 */
@NullMarked
package dev.sallyport.gateway.responses;

import org.jspecify.annotations.NullMarked;
