package dev.sallyport.mcp.upstream;

import dev.sallyport.vault.Lent;

/** A request on its way to a server over HTTP, and what it goes with. */
record HttpCall(UpstreamRequest request, Lent lent, Deadline deadline, Conversation conversation) {}
