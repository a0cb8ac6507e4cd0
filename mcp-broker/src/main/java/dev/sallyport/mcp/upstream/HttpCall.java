package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A request on its way to a server over HTTP, and what it goes with. */
record HttpCall(UpstreamRequest request, Lent lent, Deadline deadline, Conversation conversation) {
  /** A call like this one, for a message that goes before it. */
  HttpCall before(String method, ObjectNode params) {
    var before = new UpstreamRequest(request.owner(), method, Optional.empty(), params, Map.of());
    return new HttpCall(before, lent, deadline, Conversation.untold(new Cancellation()));
  }

  /** The same with less time. */
  HttpCall within(Duration longest) {
    return new HttpCall(request, lent, deadline.within(longest), conversation);
  }
}
