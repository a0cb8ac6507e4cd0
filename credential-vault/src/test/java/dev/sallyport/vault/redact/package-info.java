@NullMarked
package dev.sallyport.vault.redact;

import org.jspecify.annotations.NullMarked;
