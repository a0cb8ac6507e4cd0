/**
 * Who wrote a value, what may be done on its word, and who may see it. Start with {@link
 * dev.sallyport.sandbox.label.Label}.
 */
@NullMarked
package dev.sallyport.sandbox.label;

import org.jspecify.annotations.NullMarked;
