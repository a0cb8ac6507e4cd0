/**
 * Strict reading of YAML and JSON, with the line of every value. Start with {@link
 * dev.sallyport.gateway.document.DocumentReader}.
 */
@NullMarked
package dev.sallyport.gateway.document;

import org.jspecify.annotations.NullMarked;
