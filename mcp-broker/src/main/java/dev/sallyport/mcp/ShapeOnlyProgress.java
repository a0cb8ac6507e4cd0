package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.upstream.Cancellation;
import dev.sallyport.mcp.upstream.Progress;
import dev.sallyport.mcp.wire.Json;
import java.util.List;

/** Lets through how far a call is, and nothing that a server may have written beside it. */
record ShapeOnlyProgress(Progress to) implements Progress {
  @Override
  public boolean isWanted() {
    return to.isWanted();
  }

  @Override
  public void report(ObjectNode params) {
    var shape = Json.object();
    for (var name : List.of("progress", "total")) {
      if (params.path(name).isNumber()) {
        shape.set(name, params.get(name));
      }
    }
    if (shape.has("progress")) {
      to.report(shape);
    }
  }

  @Override
  public Cancellation cancellation() {
    return to.cancellation();
  }
}
