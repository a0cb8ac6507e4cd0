/**
 * The other side of the demo: real MCP servers and a scripted model, each a process of its own that
 * knows nothing of Sallyport. Start with {@link dev.sallyport.gateway.demo.peer.CrmServer}.
 */
@NullMarked
package dev.sallyport.gateway.demo.peer;

import org.jspecify.annotations.NullMarked;
