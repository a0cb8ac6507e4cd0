/**
 * Logging to standard error, one line a record. Start with {@link
 * dev.sallyport.gateway.log.Logging}.
 */
@NullMarked
package dev.sallyport.gateway.log;

import org.jspecify.annotations.NullMarked;
