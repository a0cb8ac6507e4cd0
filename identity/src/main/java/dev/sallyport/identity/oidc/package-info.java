/**
 * Callers that prove themselves by an OAuth access token. Start with {@link
 * dev.sallyport.identity.oidc.AccessTokenVerifier}.
 */
@NullMarked
package dev.sallyport.identity.oidc;

import org.jspecify.annotations.NullMarked;
