/** Fixtures for tests of the gateway and of whole gateways. */
@NullMarked
package dev.sallyport.gateway.testing;

import org.jspecify.annotations.NullMarked;
