/**
 * What the definition of an item says, looked at by itself: its canonical form, and which URIs a
 * template covers. Start with {@link dev.sallyport.mcp.definition.CanonicalForm}.
 */
@NullMarked
package dev.sallyport.mcp.definition;

import org.jspecify.annotations.NullMarked;
