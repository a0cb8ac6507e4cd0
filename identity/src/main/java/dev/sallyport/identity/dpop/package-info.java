/**
 * Proofs that a caller holds the key that its access token is bound to (RFC 9449). Start with
 * {@link dev.sallyport.identity.dpop.DpopProofs}.
 */
@NullMarked
package dev.sallyport.identity.dpop;

import org.jspecify.annotations.NullMarked;
