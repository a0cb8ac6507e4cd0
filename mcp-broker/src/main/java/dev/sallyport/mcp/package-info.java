/** Which tool runs, where, with what. Start with {@link dev.sallyport.mcp.Broker}. */
@NullMarked
package dev.sallyport.mcp;

import org.jspecify.annotations.NullMarked;
