/**
 * Whom the administrator lets in: the resources TrustDomain, Issuer and VirtualKey, and the
 * verifiers that they make. Start with {@link dev.sallyport.identity.trust.IdentityResources}.
 */
@NullMarked
package dev.sallyport.identity.trust;

import org.jspecify.annotations.NullMarked;
