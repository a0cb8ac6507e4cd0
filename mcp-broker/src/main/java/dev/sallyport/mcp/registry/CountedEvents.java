package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import java.util.Optional;

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
  public void watching(Interests told, Optional<More> more) {
    begun = true;
    to.watching(told, more);
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

  @Override
  public void taskChanged(ObjectNode params) {
    count++;
    to.taskChanged(params);
  }
}
