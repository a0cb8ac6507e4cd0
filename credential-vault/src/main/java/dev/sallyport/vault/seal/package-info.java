/**
 * How secrets are kept: each under a key of its own, and that under one key that is not in the
 * database. Start with {@link dev.sallyport.vault.seal.Sealer}.
 */
@NullMarked
package dev.sallyport.vault.seal;

import org.jspecify.annotations.NullMarked;
