/**
 * What untrusted content an agent may use without reading it. Start with {@link
 * dev.sallyport.sandbox.quarantine.Quarantine}.
 */
@NullMarked
package dev.sallyport.sandbox.quarantine;

import org.jspecify.annotations.NullMarked;
