/**
 * What tests of all modules use in place of real identities. Start with {@link
 * dev.sallyport.identity.testing.TestingTrustDomain}.
 */
@NullMarked
package dev.sallyport.identity.testing;

import org.jspecify.annotations.NullMarked;
