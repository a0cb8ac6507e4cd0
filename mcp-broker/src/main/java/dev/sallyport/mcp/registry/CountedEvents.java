package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import java.util.Set;

/** Counts what a server tells. For the thread that watches. */
final class CountedEvents implements UpstreamEvents {
  private final UpstreamEvents to;
  private boolean begun;
  private long count;

  CountedEvents(UpstreamEvents to) {
    this.to = to;
  }

  boolean hasBegun() {
    return begun;
  }

  long count() {
    return count;
  }

  @Override
  public void watching(Set<String> uris) {
    begun = true;
    to.watching(uris);
  }

  @Override
  public void listChanged() {
    count++;
    to.listChanged();
  }

  @Override
  public void updated(ObjectNode params) {
    count++;
    to.updated(params);
  }
}
