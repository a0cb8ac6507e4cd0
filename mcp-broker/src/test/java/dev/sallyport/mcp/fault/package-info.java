/**
 * Tests of what a bad server does to its callers, to the evidence and to other servers: nothing.
 */
@NullMarked
package dev.sallyport.mcp.fault;

import org.jspecify.annotations.NullMarked;
