/** Whose secret, lent for which call. Start with {@link dev.sallyport.vault.Vault}. */
@NullMarked
package dev.sallyport.vault;

import org.jspecify.annotations.NullMarked;
