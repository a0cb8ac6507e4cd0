/**
 * JSON-RPC as it is on the wire, on raw trees: nothing that a peer sent is lost or changed. Start
 * with {@link dev.sallyport.mcp.wire.RpcMessage}.
 */
@NullMarked
package dev.sallyport.mcp.wire;

import org.jspecify.annotations.NullMarked;
