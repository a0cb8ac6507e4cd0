/** Digests of texts and bytes. Start with {@link dev.sallyport.identity.digest.Sha256}. */
@NullMarked
package dev.sallyport.identity.digest;

import org.jspecify.annotations.NullMarked;
