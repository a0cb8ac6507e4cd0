/**
 * How secrets are found in whatever comes back. Start with {@link
 * dev.sallyport.vault.redact.SecretRedactor}.
 */
@NullMarked
package dev.sallyport.vault.redact;

import org.jspecify.annotations.NullMarked;
