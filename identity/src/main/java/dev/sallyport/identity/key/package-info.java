/**
 * Callers that prove themselves by a key of ours, where there is no SPIFFE and no issuer. Start
 * with {@link dev.sallyport.identity.key.KeyVerifier}.
 */
@NullMarked
package dev.sallyport.identity.key;

import org.jspecify.annotations.NullMarked;
