/**
 * Fixtures for tests of whatever uses the vault: a scripted upstream, and a vault with given
 * secrets.
 */
@NullMarked
package dev.sallyport.vault.testing;

import org.jspecify.annotations.NullMarked;
