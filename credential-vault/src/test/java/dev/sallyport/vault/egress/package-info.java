@NullMarked
package dev.sallyport.vault.egress;

import org.jspecify.annotations.NullMarked;
