/**
 * Keys of Google's service accounts, and the access tokens that they are exchanged for. Start with
 * {@link dev.sallyport.vault.google.GoogleTokens}.
 */
@NullMarked
package dev.sallyport.vault.google;

import org.jspecify.annotations.NullMarked;
