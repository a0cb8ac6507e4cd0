/**
 * Workloads that prove themselves by a JWT-SVID. Start with {@link
 * dev.sallyport.identity.svid.SvidVerifier}.
 */
@NullMarked
package dev.sallyport.identity.svid;

import org.jspecify.annotations.NullMarked;
