package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.wire.Revision;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/**
 * One request that asks for an answer, and what is known of it.
 *
 * @param accepts which forms of answer it takes
 * @param server the server whose path was called
 * @param id of the JSON-RPC request
 * @param client what servers are told of the client, before any of them is known
 */
record Exchange(
    ServerRequest request,
    ServerResponse response,
    Accepts accepts,
    Caller caller,
    Optional<String> server,
    JsonNode id,
    Revision revision,
    ClientFace client) {}
