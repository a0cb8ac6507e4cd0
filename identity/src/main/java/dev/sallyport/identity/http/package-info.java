/**
 * The edge of authentication: who sent a request, and what one who did not say so is told. Start
 * with {@link dev.sallyport.identity.http.CallerFilter}.
 */
@NullMarked
package dev.sallyport.identity.http;

import org.jspecify.annotations.NullMarked;
