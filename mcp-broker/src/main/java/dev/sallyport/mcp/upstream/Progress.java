package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;

/** How the caller of a tool follows the call, and how it gives up. */
public interface Progress {
  /** Whether the server is to be asked for progress. */
  boolean isWanted();

  /**
   * Is told how far the call is, on the thread of the call.
   *
   * @param params of the notification, without its token
   */
  void report(ObjectNode params);

  /** By which the call can be given up. */
  Cancellation cancellation();

  /** Follows nothing and never gives up. */
  static Progress none() {
    return untold(new Cancellation());
  }

  /** Follows nothing, but may give up. */
  static Progress untold(Cancellation cancellation) {
    return new Progress() {
      @Override
      public boolean isWanted() {
        return false;
      }

      @Override
      public void report(ObjectNode params) {}

      @Override
      public Cancellation cancellation() {
        return cancellation;
      }
    };
  }
}
