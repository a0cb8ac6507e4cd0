/**
 * Workloads that prove themselves by an X.509-SVID. Start with {@link
 * dev.sallyport.identity.x509.X509SvidVerifier}.
 */
@NullMarked
package dev.sallyport.identity.x509;

import org.jspecify.annotations.NullMarked;
