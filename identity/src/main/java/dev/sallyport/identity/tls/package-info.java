/**
 * The gateway's own certificate, and TLS with it. Start with {@link
 * dev.sallyport.identity.tls.ServerTls}.
 */
@NullMarked
package dev.sallyport.identity.tls;

import org.jspecify.annotations.NullMarked;
