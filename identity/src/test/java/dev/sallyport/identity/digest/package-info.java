/** Tests of digests. */
@NullMarked
package dev.sallyport.identity.digest;

import org.jspecify.annotations.NullMarked;
