/**
 * Where the gateway's own requests may go. Start with {@link
 * dev.sallyport.identity.net.AddressRule}.
 */
@NullMarked
package dev.sallyport.identity.net;

import org.jspecify.annotations.NullMarked;
